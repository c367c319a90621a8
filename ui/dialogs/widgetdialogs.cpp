#include "ui/dialogs/widgetdialogs.h"

#include "ui/dialogs/logindialogs.h"
#include "ui/dialogs/profiledialog.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QMessageBox>
#include <QPushButton>

#include <utility>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Dialogs", text); }

// Qt's own file dialog everywhere: it is themed with the window and holds our check box.
QFileDialog* makeFileDialog(QWidget& window, const QString& title, const QString& filter)
{
    auto* dialog = new QFileDialog(&window, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters(filter.split(u";;"_s));
    return dialog;
}

/// ".png" of "Picture (*.png)"
QString endingOf(const QString& filter) { return filter.section('*'_L1, 1).section(')'_L1, 0, 0); }

QMessageBox* makeMessage(QWidget& window, QMessageBox::Icon icon, const QString& title, const QString& text)
{
    // All in the one text whose format can be set: an informative text may be taken for rich text.
    auto* box = new QMessageBox(icon, title, {}, QMessageBox::NoButton, &window);
    box->setTextFormat(Qt::PlainText);
    box->setText(title.isEmpty() ? text : title + "\n\n"_L1 + text);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowModality(Qt::WindowModal);
    return box;
}

}

WidgetDialogs::WidgetDialogs(QWidget& window)
    : m_window(window)
{
}

WidgetDialogs::~WidgetDialogs() = default;

void WidgetDialogs::enqueue(std::function<QDialog*()> make)
{
    m_questions.push_back(std::move(make));
    showNextQuestion();
}

void WidgetDialogs::showNextQuestion()
{
    if (m_openQuestion || m_questions.empty())
        return;
    const std::function<QDialog*()> make = std::move(m_questions.front());
    m_questions.pop_front();
    m_openQuestion = make();
    QObject::connect(m_openQuestion, &QDialog::finished, &m_window, [this] {
        m_openQuestion.clear();
        showNextQuestion();
    });
    m_openQuestion->open();
}

void WidgetDialogs::askHostKey(const ssh::Interaction::HostKeyQuestion& question, Answer<bool> answer)
{
    enqueue([this, question, answer = std::move(answer)] {
        auto* dialog = new HostKeyDialog(question, &m_window);
        QObject::connect(dialog, &QDialog::finished, &m_window,
            [answer](int result) { answer(result == QDialog::Accepted); });
        return dialog;
    });
}

void WidgetDialogs::askSecret(
    const ssh::Interaction::SecretQuestion& question, Answer<std::optional<std::string>> answer)
{
    enqueue([this, question, answer = std::move(answer)] {
        auto* dialog = new SecretDialog(question, &m_window);
        QObject::connect(dialog, &QDialog::finished, &m_window, [answer, dialog](int result) {
            answer(result == QDialog::Accepted ? std::optional(dialog->secret()) : std::nullopt);
        });
        return dialog;
    });
}

void WidgetDialogs::dismissLoginQuestions()
{
    m_questions.clear();
    if (m_openQuestion)
        m_openQuestion->reject();
}

void WidgetDialogs::askFileToOpen(const QString& title, const QString& filter, Answer<QString> answer)
{
    QFileDialog* dialog = makeFileDialog(m_window, title, filter);
    dialog->setFileMode(QFileDialog::ExistingFile);
    QObject::connect(
        dialog, &QFileDialog::fileSelected, &m_window, [answer](const QString& path) { answer(path); });
    QObject::connect(dialog, &QFileDialog::rejected, &m_window, [answer] { answer({}); });
    dialog->open();
}

void WidgetDialogs::askFileToSave(
    const QString& title, const QString& suggestion, const QString& filter, Answer<QString> answer)
{
    QFileDialog* dialog = makeFileDialog(m_window, title, filter);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(suggestion);
    QObject::connect(
        dialog, &QFileDialog::fileSelected, &m_window, [answer](const QString& path) { answer(path); });
    QObject::connect(dialog, &QFileDialog::rejected, &m_window, [answer] { answer({}); });
    dialog->open();
}

void WidgetDialogs::askExport(
    const QString& suggestion, const QString& filter, Answer<std::optional<ExportChoice>> answer)
{
    QFileDialog* dialog = makeFileDialog(m_window, tr("Export"), filter);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(suggestion);
    auto* redact = new QCheckBox(tr("Mask addresses, names and secrets"), dialog);
    redact->setObjectName(u"exportRedact"_s);
    if (auto* grid = qobject_cast<QGridLayout*>(dialog->layout()))
        grid->addWidget(redact, grid->rowCount(), 1);
    // Another kind of file is another ending, whatever name is there.
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& chosen) {
        const QString name = dialog->selectedFiles().value(0);
        if (!QFileInfo(name).suffix().isEmpty())
            dialog->selectFile(name.left(name.lastIndexOf('.'_L1)) + endingOf(chosen));
    });
    QObject::connect(
        dialog, &QFileDialog::fileSelected, &m_window, [answer, dialog, redact](const QString& chosen) {
            QString path = chosen;
            // The name's own ending decides; without one, the chosen kind of file adds its.
            if (QFileInfo(path).suffix().isEmpty())
                path += endingOf(dialog->selectedNameFilter());
            answer(ExportChoice { path, redact->isChecked() ? Redaction::Masked : Redaction::None });
        });
    QObject::connect(dialog, &QFileDialog::rejected, &m_window, [answer] { answer(std::nullopt); });
    dialog->open();
}

void WidgetDialogs::askAboutUnsaved(const QString& profile, Answer<UnsavedAnswer> answer)
{
    QMessageBox* box = makeMessage(
        m_window, QMessageBox::NoIcon, tr("Save the profile?"), tr("“%1” is not saved.").arg(profile));
    box->setStandardButtons(QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel);
    box->setDefaultButton(QMessageBox::Save);
    box->setEscapeButton(QMessageBox::Cancel);
    QObject::connect(box, &QMessageBox::finished, &m_window, [answer](int button) {
        answer(button == QMessageBox::Save       ? UnsavedAnswer::Save
                : button == QMessageBox::Discard ? UnsavedAnswer::Discard
                                                 : UnsavedAnswer::Cancel);
    });
    box->open();
}

void WidgetDialogs::editProfile(const model::Profile& profile, Answer<std::optional<model::Profile>> answer)
{
    auto* dialog = new ProfileDialog(profile, &m_window);
    QObject::connect(dialog, &QDialog::finished, &m_window, [answer, dialog](int result) {
        answer(result == QDialog::Accepted ? std::optional(dialog->profile()) : std::nullopt);
    });
    dialog->open();
}

void WidgetDialogs::showError(const QString& title, const QString& text)
{
    QMessageBox* box = makeMessage(m_window, QMessageBox::Warning, title, text);
    box->setObjectName(u"errorDialog"_s);
    box->open();
}

void WidgetDialogs::showAbout()
{
    QMessageBox* box = makeMessage(m_window, QMessageBox::NoIcon, tr("About Hopscope"),
        tr("Version %1\n\nFinds the failing hop between your proxy and your app, over SSH.\n\n"
           "Free software under the GNU General Public License, version 3 or later. It comes without any "
           "warranty; "
           "the licence stands in the file LICENSE and at https://www.gnu.org/licenses/gpl-3.0.html.\n\n"
           "Built on Qt %2, QCustomPlot, Graphviz, libssh, RE2 and yaml-cpp.")
            .arg(QStringLiteral(HOPSCOPE_VERSION), QString::fromLatin1(qVersion())));
    box->setObjectName(u"aboutDialog"_s);
    box->open();
}

void WidgetDialogs::showHelp()
{
    QMessageBox* box = makeMessage(m_window, QMessageBox::NoIcon, tr("Help"),
        tr("Give the address that fails and the servers behind it. Hopscope logs in over SSH, runs commands "
           "that only read, and draws each hop of the request. "
           "It never changes anything on a server: what is to be done is shown, for you to copy.\n\n"
           "F5  check again\nF6  watch: check again and again\nF2  edit the profile\nEsc  cancel\nCtrl+E  "
           "export a picture or a report\nCtrl+Shift+C  copy the summary\n\n"
           "In the chain: Tab and the arrow keys walk nodes and hops, + and − zoom, F fits, Backspace shows "
           "all evidence again.\n\n"
           "The shapes: a disc with a tick works, a triangle works but not well, an octagon with a cross "
           "fails, a ring with a bar was not tried, "
           "a diamond with a question mark could not be seen."));
    box->setObjectName(u"helpDialog"_s);
    box->open();
}

}
