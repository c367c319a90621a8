#pragma once

#include "core/model/profile.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QSpinBox;
class QTableWidget;

namespace hopscope::ui {

/// The whole profile: address, servers with how to log in, and how often to check.
class ProfileDialog : public QDialog {
    Q_OBJECT

public:
    ProfileDialog(const model::Profile& profile, QWidget* parent);
    /// What the fields say, over the profile that was given: what the dialog does not show is kept.
    model::Profile profile() const;

    void accept() override;

private:
    void addHost(const model::ProfileHost& host);
    QString problem() const;

    model::Profile m_profile;
    QLineEdit* m_name;
    QLineEdit* m_url;
    QLineEdit* m_resolve;
    QTableWidget* m_hosts;
    QSpinBox* m_interval;
    QSpinBox* m_timeout;
    QLineEdit* m_control;
    QLabel* m_problem;
};

}
