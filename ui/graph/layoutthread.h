#pragma once

#include "ui/graph/layout.h"

#include <QObject>
#include <QThread>

#include <cstdint>

namespace hopscope::ui {

/// Lays graphs out on a thread of its own. Only the newest request's result is given out.
class LayoutThread : public QObject {
    Q_OBJECT

public:
    explicit LayoutThread(QObject* parent = nullptr);
    ~LayoutThread() override;

    void request(const LayoutRequest& request);

Q_SIGNALS:
    void finished(const hopscope::ui::LayoutRequest& request, const hopscope::ui::LayoutResult& result);

private:
    QThread m_thread;
    QObject* m_worker; ///< lives on m_thread and dies with it
    std::uint64_t m_newest = 0;
};

}
