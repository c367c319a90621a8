#include "ui/panels/progressstrip.h"

#include "ui/graph/painting.h"
#include "ui/text/checkwords.h"
#include "ui/text/words.h"
#include "ui/theme/statestyle.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

constexpr int chipWidth = 268;
constexpr int chipHeight = 46;
constexpr int gap = 8;
constexpr int margin = 10;
constexpr int mostRows = 3; ///< more hosts than fit are summed up in the last chip

using Stage = run::HostProgress::Stage;

QString stageWord(Stage stage)
{
    switch (stage) {
    case Stage::Queued:
        return ProgressStrip::tr("waiting");
    case Stage::Connecting:
        return ProgressStrip::tr("connecting");
    case Stage::Authenticating:
        return ProgressStrip::tr("logging in");
    case Stage::Inventory:
        return ProgressStrip::tr("looking around");
    case Stage::Hops:
        return ProgressStrip::tr("trying the hops");
    case Stage::Done:
        return ProgressStrip::tr("done");
    case Stage::Failed:
        return ProgressStrip::tr("out of reach");
    }
    return {};
}

QString detail(const run::HostProgress& host)
{
    if (host.stage == Stage::Failed)
        return oneLine(host.error);
    QString text = stageWord(host.stage);
    if (host.checksPlanned > 0)
        text += u" · %1/%2"_s.arg(host.checksDone).arg(host.checksPlanned);
    if (!host.check.empty() && host.stage != Stage::Done)
        text += u" · "_s + checkTitle(host.check);
    return text;
}

void paintChip(QPainter& painter, const QRectF& rect, const run::HostProgress& host, const Theme& theme,
    const QFont& font)
{
    const bool isFailed = host.stage == Stage::Failed;
    const bool isDone = host.stage == Stage::Done;
    painter.setPen(
        QPen(isFailed ? theme.failing : theme.border, 1.1, isFailed ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(isFailed ? theme.tint(theme.failing, 0.07) : theme.surface);
    painter.drawRoundedRect(rect, 8, 8);
    double left = rect.left() + 12;
    if (isFailed || isDone) {
        paintStateShape(painter, { left, rect.top() + 8, 14, 14 },
            isFailed ? model::State::Failing : model::State::Ok, theme);
        left += 21;
    }
    const QFont nameFont = scaledFont(font, 0.96, QFont::DemiBold);
    paintElided(painter, { left, rect.top() + 5, rect.right() - left - 10, 19 }, oneLine(host.host.value()),
        nameFont, theme.text);
    paintElided(painter, { rect.left() + 12, rect.top() + 22, rect.width() - 22, 17 }, detail(host),
        scaledFont(font, 0.85), isFailed ? theme.failing : theme.textMuted);
    if (host.checksPlanned > 0 && !isFailed) {
        const double share = std::clamp(static_cast<double>(host.checksDone) / host.checksPlanned, 0.0, 1.0);
        const QRectF track(rect.left() + 10, rect.bottom() - 5, rect.width() - 20, 3);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.border);
        painter.drawRoundedRect(track, 1.5, 1.5);
        painter.setBrush(isDone ? theme.ok : theme.accent);
        painter.drawRoundedRect(
            QRectF(track.topLeft(), QSizeF(track.width() * share, track.height())), 1.5, 1.5);
    }
}

}

ProgressStrip::ProgressStrip(QWidget* parent)
    : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setObjectName(u"progressStrip"_s);
    setAttribute(Qt::WA_StyledBackground);
}

QString ProgressStrip::summary(const std::vector<run::HostProgress>& progress)
{
    int done = 0;
    int planned = 0;
    for (const run::HostProgress& host : progress) {
        done += host.checksDone;
        planned += host.checksPlanned;
    }
    return planned > 0 ? tr("%1 of %2 checks").arg(done).arg(planned) : QString();
}

void ProgressStrip::setProgress(const std::vector<run::HostProgress>& progress)
{
    if (progress == m_progress)
        return;
    m_progress = progress;
    QStringList words;
    QStringList failures;
    for (const run::HostProgress& host : m_progress) {
        words << oneLine(host.host.value()) + ": "_L1 + detail(host);
        if (host.stage == Stage::Failed)
            failures << words.last();
    }
    setAccessibleName(tr("Progress by host"));
    setAccessibleDescription(words.join(u"; "_s));
    setToolTip(plainToolTip(failures.join('\n'_L1)));
    updateGeometry();
    update();
}

int ProgressStrip::columns(int width) const
{
    return std::max(1, (width - 2 * margin + gap) / (chipWidth + gap));
}

int ProgressStrip::heightForWidth(int width) const
{
    if (m_progress.empty())
        return 0;
    const int perRow = columns(width);
    const int rows = std::min(mostRows, (static_cast<int>(m_progress.size()) + perRow - 1) / perRow);
    return 2 * margin - 2 + rows * chipHeight + (rows - 1) * gap;
}

void ProgressStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme theme = Theme::of(palette());
    const int perRow = columns(width());
    const int places = perRow * mostRows;
    const int count = static_cast<int>(m_progress.size());
    for (int index = 0; index < std::min(count, places); ++index) {
        const QRectF rect(margin + (index % perRow) * (chipWidth + gap) + 0.5,
            margin - 1 + (index / perRow) * (chipHeight + gap) + 0.5, chipWidth - 1, chipHeight - 1);
        if (count > places && index == places - 1) {
            paintElided(
                painter, rect, tr("and %1 more hosts").arg(count - places + 1), font(), theme.textMuted);
            break;
        }
        paintChip(painter, rect, m_progress[static_cast<std::size_t>(index)], theme, font());
    }
}

}
