#include "ui/panels/evidencepanel.h"

#include "ui/panels/evidencedelegate.h"
#include "ui/panels/parts.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStackedLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QPlainTextEdit* makeCodeView(const QString& name, const QString& accessibleName, QWidget* parent)
{
    auto* view = new QPlainTextEdit(parent);
    view->setObjectName(name);
    view->setAccessibleName(accessibleName);
    view->setReadOnly(true);
    view->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    view->setProperty("role", u"code"_s);
    view->setTabChangesFocus(true);
    view->setUndoRedoEnabled(false);
    return view;
}

QHBoxLayout* makeCaptionRow(const QString& caption, CopyButton* copy, QWidget* parent)
{
    auto* row = new QHBoxLayout;
    row->addWidget(makeCaption(caption, parent));
    row->addStretch();
    row->addWidget(copy);
    return row;
}

}

EvidencePanel::EvidencePanel(QWidget* parent)
    : QWidget(parent)
    , m_scope(new QComboBox(this))
    , m_subject(new QToolButton(this))
    , m_list(new QListView(this))
    , m_empty(makePlainLabel({}, this))
    , m_listStack(new QStackedLayout)
    , m_details(new QWidget(this))
    , m_title(new WrappedText({}, WrappedText::Look::Title, m_details))
    , m_facts(new WrappedText({}, WrappedText::Look::Small, m_details))
    , m_command(makeCodeView(u"evidenceCommand"_s, tr("Command"), m_details))
    , m_copyCommand(new CopyButton({}, tr("the command"), m_details))
    , m_output(makeCodeView(u"evidenceOutput"_s, tr("Output"), m_details))
    , m_copyOutput(new CopyButton({}, tr("the output"), m_details))
    , m_truncated(makePlainLabel(tr("Cut: the command printed more than is shown."), m_details))
{
    setObjectName(u"evidencePanel"_s);
    setAttribute(Qt::WA_StyledBackground);
    m_scope->setObjectName(u"evidenceScope"_s);
    m_scope->setAccessibleName(tr("What is listed"));
    m_scope->addItem(tr("Evidence"));
    m_scope->addItem(tr("Every command"));
    m_subject->setObjectName(u"clearSubject"_s);
    m_subject->setProperty("role", u"chip"_s);
    m_subject->setFocusPolicy(Qt::StrongFocus);
    m_subject->hide();
    m_list->setObjectName(u"evidenceList"_s);
    m_list->setAccessibleName(tr("Evidence"));
    m_list->setItemDelegate(new EvidenceDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_empty->setObjectName(u"evidenceEmpty"_s);
    m_empty->setProperty("role", u"empty"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_copyCommand->setObjectName(u"copyEvidenceCommand"_s);
    m_copyOutput->setObjectName(u"copyEvidenceOutput"_s);
    m_truncated->setObjectName(u"evidenceTruncated"_s);
    m_truncated->setProperty("role", u"truncated"_s);
    m_output->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_command->setFixedHeight(58);

    auto* top = new QHBoxLayout;
    top->setContentsMargins(8, 6, 8, 4);
    top->addWidget(m_scope);
    top->addStretch();
    m_listStack->addWidget(m_list);
    m_listStack->addWidget(m_empty);
    auto* left = new QWidget(this);
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(0);
    leftLayout->addLayout(top);
    auto* subjectRow = new QHBoxLayout;
    subjectRow->setContentsMargins(8, 0, 8, 4);
    subjectRow->addWidget(m_subject);
    subjectRow->addStretch();
    leftLayout->addLayout(subjectRow);
    leftLayout->addLayout(m_listStack, 1);

    auto* details = new QVBoxLayout(m_details);
    details->setContentsMargins(12, 10, 12, 10);
    details->setSpacing(5);
    details->addWidget(m_title);
    details->addWidget(m_facts);
    details->addLayout(makeCaptionRow(tr("COMMAND"), m_copyCommand, m_details));
    details->addWidget(m_command);
    details->addLayout(makeCaptionRow(tr("OUTPUT"), m_copyOutput, m_details));
    details->addWidget(m_output, 1);
    details->addWidget(m_truncated);

    auto* splitter = new QSplitter(this);
    splitter->setObjectName(u"evidenceSplitter"_s);
    splitter->addWidget(left);
    splitter->addWidget(m_details);
    splitter->setStretchFactor(0, 5);
    splitter->setStretchFactor(1, 6);
    splitter->setSizes({ 360, 480 });
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);

    m_filter.setSourceModel(&m_model);
    m_list->setModel(&m_filter);
    connect(m_scope, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_filter.setScope(index == 0 ? EvidenceFilter::Scope::Evidence : EvidenceFilter::Scope::EveryCommand);
        refreshEmptyLook();
    });
    connect(m_subject, &QToolButton::clicked, this, &EvidencePanel::subjectCleared);
    connect(
        m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &EvidencePanel::showCurrent);
    refreshEmptyLook();
}

void EvidencePanel::setSnapshot(const std::shared_ptr<const run::Snapshot>& snapshot)
{
    if (snapshot == m_snapshot)
        return;
    const int row = m_list->currentIndex().row();
    m_snapshot = snapshot;
    m_model.setSnapshot(snapshot);
    if (row >= 0 && row < m_filter.rowCount())
        m_list->setCurrentIndex(m_filter.index(row, 0));
    refreshEmptyLook();
}

void EvidencePanel::setSubject(const std::string& nodeOrHop, const QString& title)
{
    m_filter.setSubject(nodeOrHop);
    m_subject->setVisible(!nodeOrHop.empty());
    m_subject->setText(
        tr("Only: %1  ✕").arg(m_subject->fontMetrics().elidedText(title, Qt::ElideMiddle, 230)));
    m_subject->setAccessibleName(tr("Stop showing only %1").arg(title));
    refreshEmptyLook();
}

void EvidencePanel::refreshEmptyLook()
{
    const bool isEmpty = m_filter.rowCount() == 0;
    m_listStack->setCurrentIndex(isEmpty ? 1 : 0);
    m_empty->setText(!m_snapshot   ? tr("No check has run yet.")
            : !m_snapshot->isFinal ? tr("Nothing yet; the checks are running.")
            : !m_filter.subject().empty()
            ? tr("No evidence is about this one alone.\nChoose “Every command” to see what ran there.")
            : m_model.rowCount() == 0 ? tr("No command ran.")
            : m_snapshot->diagnosis.verdict == model::Verdict::Healthy
            ? tr("Nothing fails, so nothing has to be proved.\nChoose “Every command” to see what ran.")
            : tr("No single check decides it.\nChoose “Every command” to see what ran."));
    if (!isEmpty && !m_list->currentIndex().isValid())
        m_list->setCurrentIndex(m_filter.index(0, 0));
    showCurrent();
}

void EvidencePanel::showCurrent()
{
    const QModelIndex index = m_list->currentIndex();
    m_details->setVisible(index.isValid());
    if (!index.isValid())
        return;
    m_title->setText(index.data(EvidenceModel::TitleRole).toString());
    QStringList facts { index.data(EvidenceModel::VerdictRole).toString(),
        tr("from %1").arg(index.data(EvidenceModel::FromRole).toString().left(80)) };
    if (const QString at = index.data(EvidenceModel::AtRole).toString(); !at.isEmpty())
        facts << at;
    if (const QStringList out = index.data(EvidenceModel::RulesOutRole).toStringList(); !out.isEmpty())
        facts << tr("rules out: %1").arg(out.join(u", "_s));
    m_facts->setText(facts.join(u" · "_s).left(400));
    const QString command = index.data(EvidenceModel::CommandRole).toString();
    m_command->setPlainText(
        command.isEmpty() ? tr("No command: measured by this computer itself.") : command);
    m_copyCommand->setTextToCopy(command);
    m_copyCommand->setEnabled(!command.isEmpty());
    QString output = index.data(EvidenceModel::HasRunRole).toBool()
        ? index.data(EvidenceModel::OutputRole).toString()
        : index.data(EvidenceModel::ObservedRole).toString();
    if (const QString errors = index.data(EvidenceModel::ErrorOutputRole).toString(); !errors.isEmpty())
        output += (output.isEmpty() || output.endsWith('\n'_L1) ? QString() : u"\n"_s) + errors;
    m_output->setPlainText(output);
    m_output->setPlaceholderText(tr("(it printed nothing)"));
    m_copyOutput->setTextToCopy(output);
    m_copyOutput->setEnabled(!output.isEmpty());
    m_truncated->setVisible(index.data(EvidenceModel::IsTruncatedRole).toBool());
}

}
