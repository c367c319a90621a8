#include "ui/panels/timelinestrip.h"

#include "ui/panels/parts.h"
#include "ui/text/words.h"
#include "ui/theme/statestyle.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolTip>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

constexpr double widestBar = 18;
constexpr double narrowestBar = 6;
constexpr double shapeSize = 12;

/// Colour is not the only signal: the worse, the taller.
double heightShare(model::Verdict verdict)
{
    switch (verdict) {
    case model::Verdict::Healthy:
        return 0.34;
    case model::Verdict::Degraded:
        return 0.7;
    case model::Verdict::Failing:
        return 1;
    case model::Verdict::Unknown:
        return 0.5;
    }
    return 0.5;
}

QString describe(const TimelineEntry& entry)
{
    return clockText(entry.at) + u"  "_s + verdictWord(entry.verdict)
        + (entry.what.isEmpty() ? QString() : ": "_L1 + entry.what);
}

}

TimelineBars::TimelineBars(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"timelineBars"_s);
    setAccessibleName(tr("Checks of this session"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TimelineBars::setTimeline(const Timeline& timeline)
{
    m_entries = timeline.entries();
    setMaximumWidth(static_cast<int>(4 + widestBar * static_cast<double>(std::max<std::size_t>(1, m_entries.size()))));
    updateGeometry();
    describe();
    update();
}

void TimelineBars::setCurrent(std::optional<std::size_t> entry)
{
    m_current = entry;
    describe();
    update();
}

std::size_t TimelineBars::current() const
{
    return m_entries.empty() ? 0 : std::min(m_current.value_or(m_entries.size() - 1), m_entries.size() - 1);
}

std::size_t TimelineBars::firstDrawn() const
{
    const auto room = static_cast<std::size_t>(std::max(1.0, (width() - 4) / narrowestBar));
    return m_entries.size() > room ? m_entries.size() - room : 0;
}

QRectF TimelineBars::rectOf(std::size_t entry) const
{
    const std::size_t first = firstDrawn();
    if (entry < first || entry >= m_entries.size())
        return {};
    const double step = std::clamp(
        (width() - 4.0) / static_cast<double>(m_entries.size() - first), narrowestBar, widestBar);
    return { 2 + static_cast<double>(entry - first) * step, 3, step - 2, height() - 6.0 };
}

std::optional<std::size_t> TimelineBars::entryAt(const QPointF& point) const
{
    for (std::size_t entry = firstDrawn(); entry < m_entries.size(); ++entry)
        if (rectOf(entry).adjusted(-1, -3, 1, 3).contains(point))
            return entry;
    return std::nullopt;
}

void TimelineBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme theme = Theme::of(palette());
    for (std::size_t index = firstDrawn(); index < m_entries.size(); ++index) {
        const TimelineEntry& entry = m_entries[index];
        const model::State state = stateOf(entry.verdict);
        const QRectF place = rectOf(index);
        QRectF bar(place);
        bar.setTop(place.bottom() - place.height() * heightShare(entry.verdict));
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.tint(theme.color(state), entry.snapshot ? 0.75 : 0.3));
        painter.drawRoundedRect(bar, 2, 2);
        if (place.width() >= shapeSize + 2 && state != model::State::Ok)
            paintStateShape(painter,
                { place.center().x() - shapeSize / 2, place.bottom() - shapeSize - 1, shapeSize, shapeSize }, state,
                theme);
        if (index == current()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme.accent, hasFocus() ? 2.4 : 1.6));
            painter.drawRoundedRect(place.adjusted(-1, -2, 1, 2), 3, 3);
        }
    }
}

void TimelineBars::choose(std::size_t entry)
{
    if (entry < m_entries.size() && m_entries[entry].snapshot)
        Q_EMIT chosen(entry);
}

void TimelineBars::mousePressEvent(QMouseEvent* event)
{
    if (const auto entry = entryAt(event->position()))
        choose(*entry);
}

void TimelineBars::mouseMoveEvent(QMouseEvent* event)
{
    const auto entry = entryAt(event->position());
    QToolTip::showText(event->globalPosition().toPoint(),
        entry ? plainToolTip(ui::describe(m_entries[*entry])) : QString(), this);
}

void TimelineBars::keyPressEvent(QKeyEvent* event)
{
    const std::size_t at = current();
    if (event->key() == Qt::Key_Left && at > 0)
        choose(at - 1);
    else if (event->key() == Qt::Key_Right && at + 1 < m_entries.size())
        choose(at + 1);
    else if (event->key() == Qt::Key_Home)
        choose(0);
    else if (event->key() == Qt::Key_End && !m_entries.empty())
        choose(m_entries.size() - 1);
    else
        QWidget::keyPressEvent(event);
}

void TimelineBars::describe()
{
    const QString text = m_entries.empty() ? QString() : ui::describe(m_entries[current()]);
    if (text == accessibleDescription())
        return;
    setAccessibleDescription(text);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

TimelineStrip::TimelineStrip(QWidget* parent)
    : QWidget(parent)
    , m_bars(new TimelineBars(this))
    , m_words(new WrappedText({}, WrappedText::Look::Body, this))
    , m_latest(new QPushButton(tr("Back to the latest"), this))
{
    setObjectName(u"timelineStrip"_s);
    setAttribute(Qt::WA_StyledBackground);
    m_words->setObjectName(u"timelineWords"_s);
    m_latest->setObjectName(u"timelineLatest"_s);
    m_latest->setAccessibleName(tr("Back to the latest check"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 4);
    layout->setSpacing(14);
    layout->addWidget(m_bars, 3);
    layout->addWidget(m_words, 2, Qt::AlignVCenter);
    layout->addWidget(m_latest);
    m_latest->hide();
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(m_bars, &TimelineBars::chosen, this, &TimelineStrip::chosen);
    connect(m_latest, &QPushButton::clicked, this, &TimelineStrip::latestRequested);
}

void TimelineStrip::setTimeline(const Timeline& timeline)
{
    m_bars->setTimeline(timeline);
    m_words->setText(timeline.summary());
    setVisible(timeline.entries().size() > 1);
}

void TimelineStrip::setCurrent(std::optional<std::size_t> entry)
{
    m_bars->setCurrent(entry);
    m_latest->setVisible(entry.has_value());
}

}
