#include "ui/models/episodesmodel.h"

#include "ui/text/words.h"
#include "ui/theme/statestyle.h"

#include <algorithm>

namespace hopscope::ui {

EpisodesModel::EpisodesModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void EpisodesModel::setTimeline(const Timeline& timeline)
{
    std::vector<Episode> episodes = timeline.episodes();
    std::ranges::reverse(episodes);
    if (episodes == m_episodes)
        return;
    beginResetModel();
    m_episodes = std::move(episodes);
    endResetModel();
}

int EpisodesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_episodes.size());
}

int EpisodesModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant EpisodesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Episode& episode = m_episodes[static_cast<std::size_t>(index.row())];
    if (role == StateRole)
        return static_cast<int>(stateOf(episode.verdict));
    if (role == EntryRole)
        return static_cast<int>(episode.firstEntry);
    if (role == Qt::ToolTipRole)
        return plainToolTip(episode.what);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(index.column())) {
    case StateColumn:
        return verdictWord(episode.verdict);
    case FromColumn:
        return clockText(episode.from);
    case SpanColumn:
        return episode.isOver ? spanText(episode.until - episode.from) : tr("still");
    case ChecksColumn:
        return episode.checks;
    case WhatColumn:
        return episode.what.isEmpty() ? tr("nothing wrong found") : episode.what;
    case ColumnCount:
        break;
    }
    return {};
}

QVariant EpisodesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case StateColumn:
        return tr("Found");
    case FromColumn:
        return tr("From");
    case SpanColumn:
        return tr("For");
    case ChecksColumn:
        return tr("Checks");
    case WhatColumn:
        return tr("What");
    case ColumnCount:
        break;
    }
    return {};
}

}
