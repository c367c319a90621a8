#include "ui/export/page.h"

#include "ui/graph/chartpainting.h"
#include "ui/graph/painting.h"
#include "ui/text/words.h"
#include "ui/theme/resources.h"
#include "ui/theme/statestyle.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPicture>
#include <QTextLayout>

#include <algorithm>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

constexpr double margin = 40;
constexpr double smallestWidth = 1080;
constexpr double largestWidth = 2200;
constexpr double smallestGraphHeight = 170;

QString pictureWords(const char* text) { return QCoreApplication::translate("Picture", text); }

struct Fact {
    QString caption;
    QString value;
};

std::vector<Fact> factsOf(const model::Diagnosis& diagnosis)
{
    if (!diagnosis.finding) {
        if (diagnosis.verdict == model::Verdict::Unknown && !diagnosis.unknownReason.empty())
            return { { pictureWords("WHY NOT"), plainText(diagnosis.unknownReason) } };
        return {};
    }
    const model::Finding& finding = *diagnosis.finding;
    std::vector<Fact> facts {
        { pictureWords("WHERE IT BREAKS"), hopTitle(diagnosis.topology, finding.failingHop.value()) },
        { pictureWords("WHAT WAS SEEN"), titleOfId(finding.variant) },
        { pictureWords("WHY"), finding.cause ? titleOfId(*finding.cause) : pictureWords("Several causes fit") },
        { pictureWords("HOW SURE"), confidenceWords(finding.confidence) },
        { pictureWords("WHOSE PROBLEM"), responsibleWords(finding.responsible) },
        { pictureWords("SINCE"), finding.onset ? timeText(*finding.onset) : pictureWords("Not known") },
    };
    if (!finding.firstPlaceToCheck.empty())
        facts.push_back({ pictureWords("LOOK HERE FIRST"), oneLine(finding.firstPlaceToCheck) });
    return facts;
}

}

PicturePage::PicturePage(const model::Diagnosis& diagnosis, const Theme& theme, const QFont& font)
    : m_diagnosis(diagnosis)
    , m_theme(theme)
    , m_font(font)
{
    initialiseResources();
    m_chart = chartOf(diagnosis, OffPath::Folded);
    m_layout = layoutGraph(layoutRequestOf(m_chart));
    const QSizeF graph = chartRect().size();
    const double width = std::clamp(graph.width() + 2 * margin, smallestWidth, largestWidth);
    const double scale = std::min(1.0, (width - 2 * margin) / std::max(1.0, graph.width()));
    // Heights are known once everything was painted: first into nothing.
    m_size = { width, 10 };
    QPicture scratch;
    QPainter painter(&scratch);
    const double headBottom = paintHead(painter, margin);
    const double graphHeight = std::max(smallestGraphHeight, graph.height() * scale + 20);
    m_graph = { margin, headBottom + 18, width - 2 * margin, m_chart.nodes.empty() ? 0 : graphHeight };
    m_factsTop = m_graph.bottom() + 22;
    m_size.setHeight(paintFacts(painter, m_factsTop) + margin);
}

double PicturePage::paintText(
    QPainter& painter, const QRectF& place, const QString& text, const QFont& font, const QColor& color) const
{
    QTextLayout layout(QString(text).replace('\n'_L1, QChar::LineSeparator), font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    double height = 0;
    for (QTextLine line = layout.createLine(); line.isValid() && height < 400; line = layout.createLine()) {
        line.setLineWidth(place.width());
        line.setPosition({ 0, height });
        height += line.height() * 1.12;
    }
    layout.endLayout();
    painter.setPen(color);
    layout.draw(&painter, place.topLeft());
    return place.top() + height;
}

double PicturePage::paintHead(QPainter& painter, double top) const
{
    const double width = m_size.width() - 2 * margin;
    const model::State state = stateOf(m_diagnosis.verdict);
    const QColor color = m_theme.color(state);
    paintStateShape(painter, { margin, top + 1, 26, 26 }, state, m_theme);
    const QFont verdictFont = scaledFont(m_font, 1.3, QFont::DemiBold);
    painter.setFont(verdictFont);
    painter.setPen(color);
    painter.drawText(QRectF(margin + 36, top, width, 28), Qt::AlignVCenter | Qt::TextSingleLine,
        verdictWord(m_diagnosis.verdict));
    const double after
        = margin + 36 + QFontMetricsF(verdictFont).horizontalAdvance(verdictWord(m_diagnosis.verdict)) + 16;
    QString subject = oneLine(m_diagnosis.url);
    if (m_diagnosis.request.status)
        subject += pictureWords(" · HTTP %1").arg(*m_diagnosis.request.status);
    const QString time = timeText(m_diagnosis.startedAt);
    const double timeWidth = QFontMetricsF(m_font).horizontalAdvance(time) + 4;
    painter.setFont(m_font);
    painter.setPen(m_theme.textMuted);
    painter.drawText(QRectF(m_size.width() - margin - timeWidth, top, timeWidth, 28),
        Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, time);
    const double room = m_size.width() - margin - timeWidth - 20 - after;
    painter.drawText(QRectF(after, top, room, 28), Qt::AlignVCenter | Qt::TextSingleLine,
        QFontMetricsF(m_font).elidedText(subject, Qt::ElideMiddle, room));
    return paintText(painter, { margin, top + 42, width, 0 }, headline(m_diagnosis),
        scaledFont(m_font, 1.75, QFont::DemiBold), m_theme.text);
}

double PicturePage::paintFacts(QPainter& painter, double top) const
{
    const double width = m_size.width() - 2 * margin;
    constexpr int columns = 3;
    constexpr double gap = 28;
    const double columnWidth = (width - (columns - 1) * gap) / columns;
    double bottom = top;
    double rowTop = top;
    int column = 0;
    for (const Fact& fact : factsOf(m_diagnosis)) {
        const bool isWide = fact.caption == pictureWords("LOOK HERE FIRST") || fact.caption == pictureWords("WHY NOT");
        if (isWide || column == columns) {
            column = 0;
            rowTop = bottom > top ? bottom + 16 : top;
        }
        const double left = margin + column * (columnWidth + gap);
        const double factWidth = isWide ? width : columnWidth;
        const double valueTop = paintText(painter, { left, rowTop, factWidth, 0 }, fact.caption,
                                    scaledFont(m_font, 0.8, QFont::DemiBold), m_theme.textMuted)
            + 1;
        bottom = std::max(bottom,
            paintText(painter, { left, valueTop, factWidth, 0 }, fact.value,
                scaledFont(m_font, 1.12, QFont::DemiBold), isWide ? m_theme.accent : m_theme.text));
        column = isWide ? columns : column + 1;
    }
    const double footTop = bottom + 22;
    painter.setPen(QPen(m_theme.border, 1));
    painter.drawLine(QPointF(margin, footTop), QPointF(m_size.width() - margin, footTop));
    paintLegend(painter, { margin, footTop + 11 }, m_theme, m_font);
    QString foot = pictureWords("Hopscope");
    if (!m_diagnosis.incomplete.empty())
        foot = (m_diagnosis.incomplete.size() == 1
                       ? pictureWords("One thing could not be seen · ")
                       : pictureWords("%1 things could not be seen · ").arg(m_diagnosis.incomplete.size()))
            + foot;
    painter.setFont(scaledFont(m_font, 0.85));
    painter.setPen(m_theme.textMuted);
    painter.drawText(QRectF(margin, footTop + 10, width, 18),
        Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, foot);
    return footTop + 26;
}

QRectF PicturePage::chartRect() const
{
    return m_chart.nodes.empty() ? QRectF() : sceneRectOf(m_layout);
}

void PicturePage::paintChart(QPainter& painter, const QRectF& place) const
{
    const QRectF chart = chartRect();
    const double scale = std::min(place.width() / chart.width(), place.height() / chart.height());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(place, Qt::IntersectClip);
    painter.translate(place.center());
    painter.scale(scale, scale);
    painter.translate(-chart.center());
    paintWholeChart(painter, m_chart, m_layout, { m_theme, m_font });
    painter.restore();
}

void PicturePage::paint(QPainter& painter)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::TextAntialiasing);
    painter.fillRect(QRectF({}, m_size), m_theme.surface);
    paintHead(painter, margin);
    if (m_graph.height() > 0) {
        painter.setPen(QPen(m_theme.border, 1));
        painter.setBrush(m_theme.sunken);
        painter.drawRoundedRect(m_graph, 12, 12);
        paintChart(painter, m_graph.adjusted(2, 2, -2, -2));
    }
    paintFacts(painter, m_factsTop);
}

}
