#pragma once

#include "core/run/run.h"

#include <QWidget>

#include <vector>

namespace hopscope::ui {

/// How far each host is: one chip a host, as many a row as fit.
class ProgressStrip : public QWidget {
    Q_OBJECT

public:
    explicit ProgressStrip(QWidget* parent = nullptr);
    /// All hosts at once, on one line: "19 of 59 checks".
    static QString summary(const std::vector<run::HostProgress>& progress);
    void setProgress(const std::vector<run::HostProgress>& progress);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return { 600, heightForWidth(600) }; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int columns(int width) const;

    std::vector<run::HostProgress> m_progress;
};

}
