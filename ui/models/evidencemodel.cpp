#include "ui/models/evidencemodel.h"

#include "core/report/ownoutput.h"
#include "ui/text/checkwords.h"
#include "ui/text/words.h"

#include <QStringList>

#include <set>
#include <utility>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

// A viewer that lays out megabytes would hold the window up; the whole stays in the recording.
constexpr std::size_t shownBytes = 200 * 1024;

QString shownOutput(const std::string& bytes)
{
    if (bytes.size() <= shownBytes)
        return plainText(bytes);
    return plainText(bytes.substr(0, shownBytes));
}

QString ownOutputOf(const model::CheckResult& check)
{
    return plainText(
        report::ownOutput(check.check, std::string_view(check.output).substr(0, shownBytes)));
}

QString outcomeWord(const model::Outcome& outcome)
{
    struct Visitor {
        QString operator()(const model::outcome::Captured&) const { return EvidenceModel::tr("Ran"); }
        QString operator()(const model::outcome::ExitedNonZero& end) const
        {
            return EvidenceModel::tr("Exit status %1").arg(end.status);
        }
        QString operator()(const model::outcome::TimedOut& end) const
        {
            return EvidenceModel::tr("Timed out after %1")
                .arg(latencyText(static_cast<double>(end.limit.count())));
        }
        QString operator()(const model::outcome::Denied& end) const
        {
            return EvidenceModel::tr("Not allowed: %1").arg(oneLine(end.reason));
        }
        QString operator()(const model::outcome::NotInstalled& end) const
        {
            return EvidenceModel::tr("%1 is not installed").arg(oneLine(end.program));
        }
        QString operator()(const model::outcome::TransportLost& end) const
        {
            return EvidenceModel::tr("Connection lost: %1").arg(oneLine(end.error.text()));
        }
        QString operator()(const model::outcome::Skipped& end) const
        {
            return EvidenceModel::tr("Skipped: %1").arg(oneLine(end.reason));
        }
    };
    return std::visit(Visitor {}, outcome);
}

QString vantage(const model::Evidence* evidence, const model::CheckResult* check)
{
    if (evidence && !evidence->from.empty())
        return oneLine(evidence->from);
    if (!check)
        return {};
    return check->container.empty()
        ? oneLine(check->host.value())
        : EvidenceModel::tr("%1/container %2").arg(oneLine(check->host.value()), oneLine(check->container));
}

}

EvidenceModel::EvidenceModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void EvidenceModel::setSnapshot(std::shared_ptr<const run::Snapshot> snapshot)
{
    beginResetModel();
    m_rows.clear();
    m_snapshot = std::move(snapshot);
    if (m_snapshot) {
        const model::Capture* capture = m_snapshot->capture.get();
        std::set<std::size_t> named;
        if (m_snapshot->diagnosis.finding)
            for (const model::Evidence& evidence : m_snapshot->diagnosis.finding->evidence) {
                const bool hasCheck = capture && evidence.source.check < capture->checks.size();
                if (hasCheck)
                    named.insert(evidence.source.check);
                m_rows.push_back({ &evidence, hasCheck ? &capture->checks[evidence.source.check] : nullptr });
            }
        if (capture)
            for (std::size_t index = 0; index < capture->checks.size(); ++index)
                if (!named.contains(index))
                    m_rows.push_back({ nullptr, &capture->checks[index] });
    }
    endResetModel();
}

int EvidenceModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant EvidenceModel::display(const Row& row) const
{
    const std::string& check = row.evidence ? row.evidence->check : row.check->check.value();
    return checkTitle(check);
}

QVariant EvidenceModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return display(row);
    case Qt::AccessibleTextRole:
        return tr("%1, from %2: %3. %4")
            .arg(display(row).toString(), vantage(row.evidence, row.check),
                data(index, VerdictRole).toString(), data(index, ObservedRole).toString());
    case FromRole:
        return vantage(row.evidence, row.check);
    case ObservedRole:
        if (row.evidence)
            return plainText(row.evidence->observed);
        return oneLine(row.check->command.substr(0, 400));
    case CommandRole:
        return plainText(row.evidence && !row.evidence->command.empty() ? row.evidence->command
                : row.check                                             ? row.check->command
                                                                        : std::string());
    case OutputRole:
        return row.check ? ownOutputOf(*row.check) : QString();
    case ErrorOutputRole:
        return row.check ? shownOutput(row.check->errorOutput) : QString();
    case IsTruncatedRole:
        return row.check
            && (row.check->isTruncated || row.check->output.size() > shownBytes
                || row.check->errorOutput.size() > shownBytes);
    case IsEvidenceRole:
        return row.evidence != nullptr;
    case BearingRole:
        return row.evidence ? QVariant(static_cast<int>(row.evidence->bearing)) : QVariant();
    case VerdictRole:
        return row.evidence ? bearingWord(row.evidence->bearing) : outcomeWord(row.check->outcome);
    case RulesOutRole: {
        QStringList ids;
        if (row.evidence)
            for (const std::string& id : row.evidence->rulesOut)
                ids << titleOfId(id);
        return ids;
    }
    case AtRole: {
        const base::TimePoint at = row.evidence && row.evidence->at != base::TimePoint {} ? row.evidence->at
            : row.check ? row.check->startedAt
                        : base::TimePoint {};
        return at == base::TimePoint {} ? QString() : timeText(at);
    }
    case HasRunRole:
        return row.check != nullptr;
    default:
        return {};
    }
}

bool EvidenceModel::concerns(int row, const std::string& nodeOrHop) const
{
    const Row& entry = m_rows[static_cast<std::size_t>(row)];
    const model::Diagnosis& diagnosis = m_snapshot->diagnosis;
    if (entry.check && entry.check->subject == nodeOrHop)
        return true;
    const base::HopId hopId(nodeOrHop);
    if (diagnosis.topology.hop(hopId)) {
        const bool isAboutAnother = entry.check && diagnosis.topology.hop(base::HopId(entry.check->subject));
        return entry.evidence && !isAboutAnother && diagnosis.finding->failingHop == hopId;
    }
    const model::Node* node = diagnosis.topology.node(base::NodeId(nodeOrHop));
    if (!node)
        return false;
    if (entry.check) {
        if (const model::Hop* hop = diagnosis.topology.hop(base::HopId(entry.check->subject)))
            return hop->from == node->id || hop->to == node->id;
        return node->host && entry.check->host == *node->host;
    }
    return entry.evidence && node->host && entry.evidence->from == node->host->value();
}

EvidenceFilter::EvidenceFilter(QObject* parent)
    : QSortFilterProxyModel(parent)
{
}

void EvidenceFilter::setScope(Scope scope)
{
    m_scope = scope;
    invalidateFilter();
}

void EvidenceFilter::setSubject(const std::string& nodeOrHop)
{
    m_subject = nodeOrHop;
    invalidateFilter();
}

bool EvidenceFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const auto* source = qobject_cast<const EvidenceModel*>(sourceModel());
    if (!source)
        return true;
    if (m_scope == Scope::Evidence
        && !source->index(row, 0, parent).data(EvidenceModel::IsEvidenceRole).toBool())
        return false;
    return m_subject.empty() || source->concerns(row, m_subject);
}

}
