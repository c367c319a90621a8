#include "ui/plots/plot.h"

#include "ui/graph/painting.h"
#include "ui/theme/theme.h"

#include "ui/plots/qcustomplot.h"

#include <QEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

constexpr std::array<Qt::PenStyle, 4> patterns { Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine };

}

Plot::Plot(const QString& title, Scale scale, QWidget* parent)
    : QWidget(parent)
    , m_title(title)
    , m_scale(scale)
    , m_plot(new QCustomPlot(this))
{
    setAccessibleName(title);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    m_plot->setFocusPolicy(Qt::NoFocus);
    const QSharedPointer<QCPAxisTickerDateTime> ticker(new QCPAxisTickerDateTime);
    ticker->setDateTimeFormat(u"HH:mm:ss"_s);
    ticker->setDateTimeSpec(Qt::UTC);
    ticker->setTickCount(3);
    m_plot->xAxis->setTicker(ticker);
    m_plot->yAxis->ticker()->setTickCount(4);
    m_plot->legend->setVisible(true);
    // Above the lines, not over them.
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, m_plot->legend);
    m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
    m_plot->plotLayout()->setRowSpacing(0);
    m_plot->legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_plot->legend->setMargins(QMargins(34, 0, 0, 0));
    applyTheme();
}

Plot::~Plot() = default;

void Plot::setSeries(const std::vector<Series>& series, const History& history)
{
    m_series = series;
    m_onset = history.onsetSeconds();
    m_troubles = history.troubles();
    refresh();
}

void Plot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
}

void Plot::applyTheme()
{
    const Theme theme = Theme::of(palette());
    m_plot->setBackground(QBrush(theme.surface));
    for (QCPAxis* axis : { m_plot->xAxis, m_plot->yAxis }) {
        axis->setBasePen(QPen(theme.border));
        axis->setTickPen(QPen(theme.border));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(theme.textMuted);
        axis->setTickLabelFont(scaledFont(font(), 0.8));
        axis->setLabelColor(theme.textMuted);
        axis->setLabelFont(scaledFont(font(), 0.8));
        axis->grid()->setPen(QPen(theme.border, 1, Qt::DotLine));
        axis->grid()->setZeroLinePen(QPen(theme.border));
    }
    m_plot->legend->setFont(scaledFont(font(), 0.8));
    m_plot->legend->setTextColor(theme.text);
    m_plot->legend->setBrush(Qt::NoBrush);
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setRowSpacing(-4);
    m_plot->legend->setColumnSpacing(10);
    m_plot->legend->setIconSize(20, 12);
    refresh();
}

void Plot::drawTroubles(double first, double last, double highest)
{
    const Theme theme = Theme::of(palette());
    for (const Trouble& trouble : m_troubles) {
        if (trouble.until < first || trouble.from > last)
            continue;
        auto* band = new QCPItemRect(m_plot); // owned by the plot
        band->setLayer(u"background"_s);
        // One check is a band too.
        band->topLeft->setCoords(trouble.from, highest * 2);
        band->bottomRight->setCoords(std::max(trouble.until, trouble.from + (last - first) * 0.006), 0);
        band->setPen(Qt::NoPen);
        band->setBrush(theme.tint(trouble.isFailing ? theme.failing : theme.warning, 0.12));
    }
}

void Plot::refresh()
{
    const Theme theme = Theme::of(palette());
    m_plot->clearGraphs();
    m_plot->clearItems();
    // Names of hops are long: two a row; names of hosts and phases are short.
    const bool hasLongNames
        = std::ranges::any_of(m_series, [](const Series& series) { return series.name.size() > 16; });
    m_plot->legend->setWrap(hasLongNames ? 2 : 3);
    const int nameWidth = hasLongNames ? 165 : 110;
    double first = 0;
    double last = 0;
    double highest = m_scale == Scale::Percent ? 100 : 1;
    int index = 0;
    for (const Series& series : m_series) {
        QCPGraph* graph = m_plot->addGraph();
        const QPen pen(
            seriesColor(theme, index), 1.8, patterns[static_cast<std::size_t>(index / 6) % patterns.size()]);
        graph->setPen(pen);
        graph->setName(QFontMetrics(m_plot->legend->font())
                           .elidedText(QString::fromStdString(series.name), Qt::ElideMiddle, nameWidth));
        // A single point would be no line at all.
        graph->setScatterStyle(QCPScatterStyle(
            series.samples.size() > 40 ? QCPScatterStyle::ssNone : QCPScatterStyle::ssDisc, 4));
        for (const Sample& sample : series.samples) {
            graph->addData(sample.seconds, sample.value);
            first = first == 0 ? sample.seconds : std::min(first, sample.seconds);
            last = std::max(last, sample.seconds);
            highest = std::max(highest, sample.value);
        }
        ++index;
    }
    m_plot->legend->setVisible(!m_series.empty());
    const double span = std::max(20.0, last - first);
    m_plot->xAxis->setRange(last - span * 1.02, last + span * 0.04);
    m_plot->yAxis->setRange(0, highest * (m_scale == Scale::Percent ? 1.05 : 1.25));
    m_plot->yAxis->setLabel(m_scale == Scale::Percent ? tr("%1, %").arg(m_title) : tr("%1, ms").arg(m_title));
    drawTroubles(last - span * 1.02, last + span * 0.04, highest);
    if (m_onset > last - span * 1.02 && m_onset <= last) {
        auto* line = new QCPItemStraightLine(m_plot); // owned by the plot
        line->point1->setCoords(m_onset, 0);
        line->point2->setCoords(m_onset, 1);
        line->setPen(QPen(theme.failing, 1.6, Qt::DashLine));
        auto* label = new QCPItemText(m_plot);
        label->position->setCoords(m_onset, highest);
        label->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
        label->setText(tr(" began"));
        label->setColor(theme.failing);
        label->setFont(scaledFont(font(), 0.8, QFont::DemiBold));
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

}
