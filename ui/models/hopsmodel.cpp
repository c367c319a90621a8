#include "ui/models/hopsmodel.h"

#include "ui/text/words.h"
#include "ui/theme/statestyle.h"

#include <QStringList>

#include <utility>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

HopsModel::HopsModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void HopsModel::setSnapshot(std::shared_ptr<const run::Snapshot> snapshot)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    endResetModel();
}

int HopsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_snapshot ? 0 : static_cast<int>(m_snapshot->diagnosis.topology.hops.size());
}

int HopsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QString HopsModel::text(const model::Hop& hop, int column) const
{
    switch (column) {
    case StateColumn:
        return stateWord(hop.state);
    case HopColumn:
        return hopTitle(m_snapshot->diagnosis.topology, hop);
    case ProtocolColumn:
        return QString::fromLatin1(model::id(hop.protocol));
    case DeclaredColumn:
        return hop.declared.endpoint.host.empty() && !hop.declared.endpoint.isUnix()
            ? QString()
            : oneLine(hop.declared.endpoint.text());
    case PlaceColumn: {
        const QString file = oneLine(hop.declared.place.file);
        return hop.declared.place.line > 0 ? file + ':'_L1 + QString::number(hop.declared.place.line) : file;
    }
    case ListeningColumn: {
        QStringList parts;
        for (const model::Listener& listener : hop.listening) {
            const QString where = listener.kind == model::SocketKind::Unix
                ? oneLine(listener.path)
                : oneLine(listener.address) + ':'_L1 + QString::number(listener.port);
            parts << (listener.process.empty() ? where
                                               : where + " ("_L1 + oneLine(listener.process) + ')'_L1);
        }
        return parts.join(", "_L1);
    }
    case LatencyColumn:
        return hop.latencyMs ? latencyText(*hop.latencyMs) : QString();
    default:
        return {};
    }
}

QVariant HopsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_snapshot || index.row() >= rowCount())
        return {};
    const model::Diagnosis& diagnosis = m_snapshot->diagnosis;
    const model::Hop& hop = diagnosis.topology.hops[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: {
        const QString shown = text(hop, index.column());
        return shown.isEmpty() ? u"–"_s : shown;
    }
    case Qt::ToolTipRole:
        return plainToolTip(text(hop, index.column()));
    case Qt::AccessibleTextRole:
        return headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString() + ": "_L1
            + text(hop, index.column());
    case StateRole:
        return static_cast<int>(hop.state);
    case IdRole:
        return QString::fromStdString(hop.id.value());
    case IsFailingHopRole:
        return diagnosis.finding && diagnosis.finding->failingHop == hop.id;
    case IsOnPathRole:
        return hop.isOnPath;
    default:
        return {};
    }
}

QVariant HopsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StateColumn:
        return tr("State");
    case HopColumn:
        return tr("Hop");
    case ProtocolColumn:
        return tr("Speaks");
    case DeclaredColumn:
        return tr("Declared target");
    case PlaceColumn:
        return tr("Declared in");
    case ListeningColumn:
        return tr("Listening there");
    case LatencyColumn:
        return tr("Latency");
    default:
        return {};
    }
}

}
