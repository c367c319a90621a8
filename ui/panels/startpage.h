#pragma once

#include "core/model/capture.h"
#include "core/model/profile.h"

#include <QStringList>
#include <QWidget>

#include <optional>
#include <vector>

class QCompleter;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QStringListModel;
class QVBoxLayout;

namespace hopscope::ui {

class FoldableSection;

enum class LoginTest { None, Running, Ended };

/// Where everything begins: a URL, one or more SSH destinations and a button; or a profile that exists.
class StartPage : public QWidget {
    Q_OBJECT

public:
    explicit StartPage(QWidget* parent = nullptr);

    /// What the destinations complete from.
    void setAliases(const QStringList& aliases);
    void setRecentProfiles(const QStringList& paths);
    void setDemoVisible(bool isVisible);
    void setLoginTestVisible(bool isVisible);
    /// How the logins of a test went, as far as it is.
    void setLoginTest(LoginTest stage, const std::vector<model::HostSession>& sessions);
    /// While the practice outage is being prepared, its button waits.
    void setDemoBusy(bool isBusy);

Q_SIGNALS:
    void diagnoseRequested(const hopscope::model::Profile& profile);
    void loginTestRequested(const hopscope::model::Profile& profile);
    void openRequested();
    void recentRequested(const QString& path);
    void demoRequested();

private:
    QWidget* makeForm();
    QWidget* makeSide();
    FoldableSection* makeAdvanced(QWidget* parent);
    void addDestination();
    void submit();
    void testLogin();
    /// What the fields say; complains and answers nothing where that is not enough. A test of the login needs no url.
    std::optional<model::Profile> profile(bool isUrlNeeded);
    void complain(QLineEdit* field, const QString& text);

    QLineEdit* m_url;
    std::vector<QLineEdit*> m_destinations;
    QVBoxLayout* m_destinationRows;
    QStringListModel* m_aliases;
    QLabel* m_problem;
    QPushButton* m_loginTest;
    bool m_isTestingLogin = false;
    QWidget* m_logins; ///< how they went
    QLineEdit* m_jump;
    QLineEdit* m_identity;
    QLineEdit* m_resolve;
    QListWidget* m_recent;
    QLabel* m_noRecent;
    QPushButton* m_demo;
};

}
