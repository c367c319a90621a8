#include "ui/graph/layoutthread.h"

#include <utility>

namespace hopscope::ui {

LayoutThread::LayoutThread(QObject* parent)
    : QObject(parent)
    , m_worker(new QObject)
{
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("layout"));
    m_thread.start();
}

LayoutThread::~LayoutThread()
{
    m_thread.quit();
    m_thread.wait();
}

void LayoutThread::request(const LayoutRequest& request)
{
    const std::uint64_t number = ++m_newest;
    QMetaObject::invokeMethod(m_worker, [this, request, number] {
        LayoutResult result = layoutGraph(request);
        // Back on the window's thread; this object outlives the thread, as its destructor waits for it.
        QMetaObject::invokeMethod(this, [this, request, number, result = std::move(result)] {
            if (number == m_newest)
                Q_EMIT finished(request, result);
        });
    });
}

}
