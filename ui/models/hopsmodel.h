#pragma once

#include "core/run/run.h"

#include <QAbstractTableModel>

#include <memory>

namespace hopscope::ui {

/// The chain as a table: for each hop what is declared, what listens and what was seen. The graph for those
/// who read.
class HopsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        StateColumn,
        HopColumn,
        ProtocolColumn,
        DeclaredColumn,
        PlaceColumn,
        ListeningColumn,
        LatencyColumn,
        ColumnCount
    };
    enum Role {
        StateRole = Qt::UserRole + 1, ///< int of model::State
        IdRole, ///< the hop's id
        IsFailingHopRole,
        IsOnPathRole,
    };

    explicit HopsModel(QObject* parent = nullptr);
    void setSnapshot(std::shared_ptr<const run::Snapshot> snapshot);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const model::Hop& hop, int column) const;

    std::shared_ptr<const run::Snapshot> m_snapshot;
};

}
