#pragma once

#include "ui/models/timeline.h"

#include <QAbstractTableModel>

namespace hopscope::ui {

/// What happened when, newest first.
class EpisodesModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { StateColumn, FromColumn, SpanColumn, ChecksColumn, WhatColumn, ColumnCount };
    enum Role { StateRole = Qt::UserRole + 1, EntryRole };

    explicit EpisodesModel(QObject* parent = nullptr);
    void setTimeline(const Timeline& timeline);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<Episode> m_episodes;
};

}
