#pragma once

#include "ui/models/evidencemodel.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QListView;
class QPlainTextEdit;
class QStackedLayout;
class QToolButton;

namespace hopscope::ui {

class CopyButton;
class WrappedText;

/// What the answer stands on, and the exact command and output of each item.
class EvidencePanel : public QWidget {
    Q_OBJECT

public:
    explicit EvidencePanel(QWidget* parent = nullptr);

    void setSnapshot(const std::shared_ptr<const run::Snapshot>& snapshot);
    /// Only what has to do with a node or hop; `title` names it. Empty: everything.
    void setSubject(const std::string& nodeOrHop, const QString& title);

Q_SIGNALS:
    void subjectCleared();

private:
    void showCurrent();
    void refreshEmptyLook();

    EvidenceModel m_model;
    EvidenceFilter m_filter;
    std::shared_ptr<const run::Snapshot> m_snapshot;
    QComboBox* m_scope;
    QToolButton* m_subject;
    QListView* m_list;
    QLabel* m_empty;
    QStackedLayout* m_listStack;
    QWidget* m_details;
    WrappedText* m_title;
    WrappedText* m_facts;
    QPlainTextEdit* m_command;
    CopyButton* m_copyCommand;
    QPlainTextEdit* m_output;
    CopyButton* m_copyOutput;
    QLabel* m_truncated;
};

}
