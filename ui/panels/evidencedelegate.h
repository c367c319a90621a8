#pragma once

#include <QStyledItemDelegate>

namespace hopscope::ui {

/// A row of evidence: the shape and word of its bearing, the check, the vantage, and what it showed.
class EvidenceDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// A table cell with a state's shape before its word.
class StateDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    StateDelegate(int stateRole, QObject* parent);
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_stateRole;
};

}
