#pragma once

#include "core/run/run.h"

#include <QAbstractListModel>
#include <QSortFilterProxyModel>

#include <memory>
#include <vector>

namespace hopscope::ui {

/// What a diagnosis stands on: each item of evidence, then every other command that ran.
class EvidenceModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        TitleRole = Qt::UserRole + 1, ///< the check, in words
        FromRole, ///< the vantage
        ObservedRole, ///< the telling lines
        CommandRole,
        OutputRole, ///< everything the command printed
        ErrorOutputRole,
        IsTruncatedRole,
        IsEvidenceRole,
        BearingRole, ///< int of model::Bearing; invalid where it is no evidence
        VerdictRole, ///< one word: how it bears, or how the command ended
        RulesOutRole,
        AtRole,
        HasRunRole, ///< false: nothing ran, so there is no output
    };

    explicit EvidenceModel(QObject* parent = nullptr);

    void setSnapshot(std::shared_ptr<const run::Snapshot> snapshot);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    /// Whether a row has to do with a node or a hop of the topology.
    bool concerns(int row, const std::string& nodeOrHop) const;

private:
    struct Row {
        const model::Evidence* evidence = nullptr; ///< null: a command that no conclusion names
        const model::CheckResult* check = nullptr; ///< null: not a command (this machine's own measurement)
    };

    QVariant display(const Row& row) const;

    std::shared_ptr<const run::Snapshot> m_snapshot; ///< keeps what the rows point at
    std::vector<Row> m_rows;
};

/// The rows about one node or hop, of evidence only or with every command.
class EvidenceFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    enum class Scope { Evidence, EveryCommand };

    explicit EvidenceFilter(QObject* parent = nullptr);
    void setScope(Scope scope);
    void setSubject(const std::string& nodeOrHop);
    const std::string& subject() const { return m_subject; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    Scope m_scope = Scope::Evidence;
    std::string m_subject;
};

}
