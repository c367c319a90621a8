#include "ui/dialogs/logindialogs.h"

#include "ui/panels/parts.h"
#include "ui/text/words.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QVBoxLayout* makeLayout(QDialog* dialog, const QString& title, const QString& text)
{
    dialog->setWindowModality(Qt::WindowModal);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setMinimumWidth(460);
    auto* layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(22, 20, 22, 18);
    layout->setSpacing(10);
    layout->addWidget(new WrappedText(title, WrappedText::Look::Headline, dialog));
    layout->addWidget(new WrappedText(text, WrappedText::Look::Body, dialog));
    return layout;
}

/// What prints a server's own fingerprint, on that server.
QString keyCommand(const std::string& type)
{
    for (const char* kind : { "ed25519", "ecdsa", "rsa" })
        if (type.find(kind) != std::string::npos)
            return u"ssh-keygen -lf /etc/ssh/ssh_host_%1_key.pub"_s.arg(QLatin1StringView(kind));
    return u"for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf \"$key\"; done"_s;
}

QPushButton* addButton(
    QDialogButtonBox* box, const QString& text, const QString& name, QDialogButtonBox::ButtonRole role)
{
    QPushButton* button = box->addButton(text, role);
    button->setObjectName(name);
    button->setAccessibleName(text);
    return button;
}

}

HostKeyDialog::HostKeyDialog(const ssh::Interaction::HostKeyQuestion& question, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(u"hostKeyDialog"_s);
    setWindowTitle(tr("Unknown server"));
    QVBoxLayout* layout = makeLayout(this, tr("“%1” is not known yet").arg(oneLine(question.host)),
        tr("This computer has never logged in to %1, so it can't tell whether that is your server or someone in "
           "between. Every server has a fingerprint of its own; this one shows (%2):")
            .arg(oneLine(question.address), oneLine(question.type)));
    layout->addWidget(new CommandBox(oneLine(question.fingerprint), u"copyFingerprint"_s, this));
    layout->addWidget(new WrappedText(
        tr("To compare it, open the server's console at your provider and run this there. The two must be equal:"),
        WrappedText::Look::Body, this));
    layout->addWidget(new CommandBox(keyCommand(question.type), u"copyKeyCommand"_s, this));
    layout->addWidget(new WrappedText(
        tr("Take your time: waiting here counts toward no limit. If they differ, refuse and ask whoever runs the "
           "server."),
        WrappedText::Look::Muted, this));
    auto* buttons = new QDialogButtonBox(this);
    addButton(buttons, tr("Accept and remember"), u"acceptKey"_s, QDialogButtonBox::AcceptRole);
    // Refusing is what Enter does: the safe answer needs no thought.
    QPushButton* refuse = addButton(buttons, tr("Refuse"), u"refuseKey"_s, QDialogButtonBox::RejectRole);
    refuse->setDefault(true);
    refuse->setFocus();
    layout->addSpacing(6);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

SecretDialog::SecretDialog(const ssh::Interaction::SecretQuestion& question, QWidget* parent)
    : QDialog(parent)
    , m_field(new QLineEdit(this))
{
    setObjectName(u"secretDialog"_s);
    setWindowTitle(tr("Log in"));
    const QString host = oneLine(question.host);
    QString title;
    QString text;
    using Kind = ssh::Interaction::SecretQuestion::Kind;
    switch (question.kind) {
    case Kind::Password:
        title = tr("Password for “%1”").arg(host);
        text = tr("Logging in as %1. It is kept in memory until Hopscope is closed, and never written.")
                   .arg(question.user.empty() ? tr("the user of your ssh config") : oneLine(question.user));
        break;
    case Kind::Passphrase:
        title = tr("Passphrase of a key");
        text = tr("%1, to log in to %2. It is kept in memory until Hopscope is closed, and never written.")
                   .arg(oneLine(question.subject), host);
        break;
    case Kind::KeyboardInteractive:
        title = tr("“%1” asks").arg(host);
        text = plainText(question.subject);
        break;
    }
    QVBoxLayout* layout = makeLayout(this, title, text);
    if (question.attempt > 1) {
        QLabel* again = makePlainLabel(tr("That was not accepted. Try again."), this);
        again->setObjectName(u"secretAgain"_s);
        again->setProperty("role", u"problem"_s);
        layout->addWidget(again);
    }
    m_field->setObjectName(u"secretField"_s);
    m_field->setAccessibleName(title);
    m_field->setEchoMode(question.isEchoed ? QLineEdit::Normal : QLineEdit::Password);
    layout->addWidget(m_field);
    auto* buttons = new QDialogButtonBox(this);
    addButton(buttons, tr("Log in"), u"giveSecret"_s, QDialogButtonBox::AcceptRole)->setDefault(true);
    addButton(buttons, tr("Skip this server"), u"skipSecret"_s, QDialogButtonBox::RejectRole);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_field->setFocus();
}

std::string SecretDialog::secret() const { return m_field->text().toStdString(); }

}
