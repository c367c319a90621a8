#include "ui/graph/view.h"

#include <QAccessible>
#include <QApplication>
#include <QKeyEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace hopscope::ui {

namespace {
constexpr double smallestScale = 0.1;
constexpr double largestScale = 4;
constexpr double smallestReadable = 0.45;
constexpr double largestFit = 1.25; ///< a chart of two cards does not fill the screen
}

GraphView::GraphView(QWidget* parent)
    : QGraphicsView(parent)
    , m_scene(new GraphScene(this))
{
    setScene(m_scene);
    setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    setFrameShape(QFrame::NoFrame);
    setTransformationAnchor(AnchorUnderMouse);
    setDragMode(ScrollHandDrag);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Chain of the request"));
    m_scene->setTheme(Theme::of(palette()));
    m_scene->setChartFont(font());
}

GraphView::~GraphView() = default;

void GraphView::setChart(const Chart& chart, const LayoutResult& layout)
{
    m_scene->setChart(chart, layout);
    if (m_isFitted)
        arrange();
    describe();
}

void GraphView::setCurrent(const std::string& id)
{
    m_scene->setCurrent(id);
    describe();
}

void GraphView::zoomBy(double factor)
{
    const double scaled = std::clamp(transform().m11() * factor, smallestScale, largestScale);
    const double step = scaled / transform().m11();
    m_isFitted = false;
    m_isWhole = false;
    scale(step, step);
}

double GraphView::wholeScale() const
{
    const QRectF rect = m_scene->sceneRect();
    if (rect.isEmpty() || viewport()->width() < 10 || viewport()->height() < 10)
        return 0;
    return std::min({ viewport()->width() / rect.width(), viewport()->height() / rect.height(), largestFit });
}

void GraphView::fit()
{
    m_isFitted = true;
    m_isWhole = true;
    const double factor = wholeScale();
    if (factor <= 0)
        return;
    setTransform(QTransform::fromScale(factor, factor));
    centerOn(m_scene->sceneRect().center());
}

void GraphView::arrange()
{
    const double whole = wholeScale();
    if (whole <= 0 || m_isWhole || whole >= smallestReadable) {
        const bool wasWhole = m_isWhole;
        fit();
        m_isWhole = wasWhole;
        return;
    }
    setTransform(QTransform::fromScale(smallestReadable * 1.4, smallestReadable * 1.4));
    QRectF middle = m_scene->rectOf(m_pointOfInterest);
    const std::vector<std::string> order = m_scene->order();
    if (middle.isEmpty() && !order.empty())
        middle = m_scene->rectOf(order.front());
    centerOn(middle.center());
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    zoomBy(std::pow(1.0015, event->angleDelta().y()));
    event->accept();
}

void GraphView::choose(const std::string& id)
{
    if (id == m_scene->current())
        return;
    m_scene->setCurrent(id);
    if (!id.empty())
        ensureVisible(m_scene->rectOf(id), 20, 20);
    describe();
    Q_EMIT currentChanged(m_scene->current());
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    m_isWalkedByKeys = true;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (const std::string next = m_scene->neighbour(static_cast<Qt::Key>(event->key())); !next.empty())
            choose(next);
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(1.2);
        return;
    case Qt::Key_Minus:
        zoomBy(1 / 1.2);
        return;
    case Qt::Key_0:
    case Qt::Key_F:
        fit();
        return;
    case Qt::Key_Home:
    case Qt::Key_End: {
        const std::vector<std::string> order = m_scene->order();
        if (!order.empty())
            choose(event->key() == Qt::Key_Home ? order.front() : order.back());
        return;
    }
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        Q_EMIT activated(m_scene->current());
        return;
    case Qt::Key_Backspace:
        choose({});
        return;
    default:
        QGraphicsView::keyPressEvent(event);
    }
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    m_pressedAt = event->pos();
    m_isWalkedByKeys = false;
    QGraphicsView::mousePressEvent(event);
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    QGraphicsView::mouseReleaseEvent(event);
    const bool isDrag = (event->pos() - m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
    if (isDrag)
        m_isFitted = false;
    else if (event->button() == Qt::LeftButton)
        choose(m_scene->idAt(mapToScene(event->pos())));
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    if (m_isFitted)
        arrange();
}

void GraphView::changeEvent(QEvent* event)
{
    QGraphicsView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_scene->setTheme(Theme::of(palette()));
    else if (event->type() == QEvent::FontChange)
        m_scene->setChartFont(font());
}

void GraphView::focusInEvent(QFocusEvent* event)
{
    QGraphicsView::focusInEvent(event);
    if (!m_scene->current().empty())
        return;
    const std::vector<std::string> order = m_scene->order();
    if (order.empty())
        return;
    m_isWalkedByKeys = true;
    if (event->reason() == Qt::TabFocusReason)
        choose(order.front());
    else if (event->reason() == Qt::BacktabFocusReason)
        choose(order.back());
}

// Tab walks the chart, and leaves it after its last (or before its first) item, so that nobody is trapped.
bool GraphView::focusNextPrevChild(bool next)
{
    const std::vector<std::string> order = m_scene->order();
    const auto current = std::ranges::find(order, m_scene->current());
    m_isWalkedByKeys = true;
    if (hasFocus() && current == order.end() && next && !order.empty()) {
        choose(order.front());
        return true;
    }
    if (hasFocus() && current != order.end()) {
        if (next && current + 1 != order.end()) {
            choose(*(current + 1));
            return true;
        }
        if (!next && current != order.begin()) {
            choose(*(current - 1));
            return true;
        }
    }
    return QGraphicsView::focusNextPrevChild(next);
}

void GraphView::describe()
{
    const QString description = m_scene->descriptionOf(m_scene->current());
    if (description == accessibleDescription())
        return;
    setAccessibleDescription(description);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

}
