#pragma once

#include "ui/dialogs/dialogs.h"

#include <QDialog>

class QLineEdit;

namespace hopscope::ui {

/// "The server shop-edge is not known yet": its key's fingerprint, to accept or to refuse.
class HostKeyDialog : public QDialog {
    Q_OBJECT

public:
    HostKeyDialog(const ssh::Interaction::HostKeyQuestion& question, QWidget* parent);
};

/// A password, a passphrase or a server's own question.
class SecretDialog : public QDialog {
    Q_OBJECT

public:
    SecretDialog(const ssh::Interaction::SecretQuestion& question, QWidget* parent);
    std::string secret() const;

private:
    QLineEdit* m_field;
};

}
