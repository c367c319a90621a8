#pragma once

#include "core/model/profile.h"

#include <QStringList>
#include <QWidget>

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

/// Where everything begins: a URL, one or more SSH destinations and a button; or a profile that exists.
class StartPage : public QWidget {
    Q_OBJECT

public:
    explicit StartPage(QWidget* parent = nullptr);

    /// What the destinations complete from.
    void setAliases(const QStringList& aliases);
    void setRecentProfiles(const QStringList& paths);
    void setDemoVisible(bool isVisible);
    /// While the practice outage is being prepared, its button waits.
    void setDemoBusy(bool isBusy);

Q_SIGNALS:
    void diagnoseRequested(const hopscope::model::Profile& profile);
    void openRequested();
    void recentRequested(const QString& path);
    void demoRequested();

private:
    QWidget* makeForm();
    QWidget* makeSide();
    FoldableSection* makeAdvanced(QWidget* parent);
    void addDestination();
    void submit();
    void complain(QLineEdit* field, const QString& text);

    QLineEdit* m_url;
    std::vector<QLineEdit*> m_destinations;
    QVBoxLayout* m_destinationRows;
    QStringListModel* m_aliases;
    QLabel* m_problem;
    QLineEdit* m_jump;
    QLineEdit* m_identity;
    QLineEdit* m_resolve;
    QListWidget* m_recent;
    QLabel* m_noRecent;
    QPushButton* m_demo;
};

}
