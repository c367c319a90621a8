#include "ui/models/hostsmodel.h"

#include "ui/text/words.h"
#include "ui/theme/statestyle.h"

#include <optional>
#include <utility>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

std::optional<double> percent(const model::HostReport& host, int column)
{
    switch (column) {
    case HostsModel::CpuColumn:
        return host.resources.cpuPercent;
    case HostsModel::MemoryColumn:
        return host.resources.memoryUsedPercent;
    case HostsModel::SwapColumn:
        return host.resources.swapUsedPercent;
    case HostsModel::DiskColumn:
        return host.resources.diskUsedPercent;
    case HostsModel::InodesColumn:
        return host.resources.inodesUsedPercent;
    case HostsModel::FilesColumn:
        return host.resources.fdUsedPercent;
    default:
        return std::nullopt;
    }
}

QString text(const model::HostReport& host, int column)
{
    switch (column) {
    case HostsModel::StateColumn:
        return host.isReachable ? HostsModel::tr("Reached") : HostsModel::tr("Out of reach");
    case HostsModel::NameColumn:
        return oneLine(host.name.value());
    case HostsModel::SystemColumn:
        return host.error ? oneLine(host.error->text()) : oneLine(host.os);
    case HostsModel::LoadColumn:
        return host.resources.load1 ? QString::number(*host.resources.load1, 'f', 2) : QString();
    default: {
        const std::optional<double> share = percent(host, column);
        return share ? HostsModel::tr("%1 %").arg(*share, 0, 'f', 0) : QString();
    }
    }
}

}

HostsModel::HostsModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void HostsModel::setSnapshot(std::shared_ptr<const run::Snapshot> snapshot)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    endResetModel();
}

int HostsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_snapshot ? 0 : static_cast<int>(m_snapshot->diagnosis.hosts.size());
}

int HostsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant HostsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_snapshot || index.row() >= rowCount())
        return {};
    const model::HostReport& host = m_snapshot->diagnosis.hosts[static_cast<std::size_t>(index.row())];
    const QString shown = text(host, index.column());
    switch (role) {
    case Qt::DisplayRole:
        return shown.isEmpty() ? u"–"_s : shown;
    case Qt::ToolTipRole:
        if (index.column() == SystemColumn && host.error)
            return plainToolTip(shown + '\n'_L1 + plainText(host.error->advice));
        return plainToolTip(shown);
    case Qt::AccessibleTextRole:
        return headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString() + ": "_L1
            + (shown.isEmpty() ? tr("not seen") : shown);
    case StateRole:
        return static_cast<int>(host.isReachable ? model::State::Ok
                : host.error                     ? model::State::Failing
                                                 : model::State::Unknown);
    case PercentRole: {
        const std::optional<double> share = percent(host, index.column());
        return share ? QVariant(*share) : QVariant();
    }
    default:
        return {};
    }
}

QVariant HostsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StateColumn:
        return tr("State");
    case NameColumn:
        return tr("Host");
    case SystemColumn:
        return tr("System, or why not");
    case CpuColumn:
        return tr("CPU");
    case LoadColumn:
        return tr("Load");
    case MemoryColumn:
        return tr("Memory");
    case SwapColumn:
        return tr("Swap");
    case DiskColumn:
        return tr("Disk");
    case InodesColumn:
        return tr("Inodes");
    case FilesColumn:
        return tr("Open files");
    default:
        return {};
    }
}

}
