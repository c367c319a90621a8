#pragma once

#include <QWidget>

namespace hopscope::ui {

/// The shapes, patterns and words of the states.
class Legend : public QWidget {
    Q_OBJECT

public:
    explicit Legend(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return { 60, sizeHint().height() }; }

protected:
    void paintEvent(QPaintEvent* event) override;
};

}
