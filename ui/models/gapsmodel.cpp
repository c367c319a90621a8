#include "ui/models/gapsmodel.h"

#include "ui/text/checkwords.h"
#include "ui/text/words.h"

#include <utility>

namespace hopscope::ui {

GapsModel::GapsModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void GapsModel::setSnapshot(std::shared_ptr<const run::Snapshot> snapshot)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    endResetModel();
}

int GapsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_snapshot ? 0 : static_cast<int>(m_snapshot->diagnosis.incomplete.size());
}

int GapsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant GapsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_snapshot || index.row() >= rowCount())
        return {};
    const model::Gap& gap = m_snapshot->diagnosis.incomplete[static_cast<std::size_t>(index.row())];
    QString text;
    switch (index.column()) {
    case HostColumn:
        text = oneLine(gap.host.value());
        break;
    case CheckColumn:
        text = checkTitle(gap.check);
        break;
    case ReasonColumn:
        text = oneLine(gap.reason);
        break;
    default:
        return {};
    }
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text;
    case Qt::ToolTipRole:
        return plainToolTip(text);
    default:
        return {};
    }
}

QVariant GapsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case HostColumn:
        return tr("Host");
    case CheckColumn:
        return tr("What could not be seen");
    case ReasonColumn:
        return tr("Why");
    default:
        return {};
    }
}

}
