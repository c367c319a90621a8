#pragma once

#include "core/run/run.h"
#include "ui/mainwindow/profiledocument.h"
#include "ui/run/runner.h"
#include "ui/theme/theme.h"

#include <QMainWindow>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <string>

class QAction;
class QActionGroup;
class QLabel;
class QMenu;
class QProgressBar;
class QScrollArea;
class QSettings;
class QStackedWidget;

namespace hopscope::ui {

class Dialogs;
class Files;
class RunController;
class SessionSecrets;
class StartPage;
class WorkPage;

/// Once, before the first window: a style that takes our colours on every desktop, the name and the icon.
void prepareApplication();

/// The window. Everything it needs comes in; it never blocks and never reaches a server by itself.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    struct Dependencies {
        RunnerFactory runners;
        RunnerFactory loginRunners {}; ///< only log in; empty: the window offers no test of the login
        std::shared_ptr<const faults::Catalogue> catalogue; ///< null: faults are named, not explained
        QSettings* settings = nullptr; ///< outlives the window
        Dialogs* dialogs = nullptr; ///< outlives the window; null: real dialogs
        std::string sshConfigFile; ///< empty: ~/.ssh/config
        /// Prepares the practice outage off the window's thread and calls openDemo() on it, or showMessage()
        /// where that fails; empty: the window does not offer it.
        std::function<void(MainWindow&)> startDemo;
    };

    explicit MainWindow(Dependencies dependencies, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Reads a profile and starts to diagnose it, or a recording and shows it; says so in a dialog where it can't be
    /// read. Returns at once.
    void openFile(const QString& path);
    /// Starts on a profile that is not in a file.
    void diagnose(const model::Profile& profile);
    /// The same for a practice outage: nothing to save, and the title says what it is.
    /// `runners` make its runs (it has keys of its own); null: the window's own.
    void openDemo(const model::Profile& profile, const QString& title, const RunnerFactory& runners = {});
    /// A recording that was diagnosed already: shown, not run.
    void showRecording(const std::shared_ptr<const run::Snapshot>& snapshot, const QString& title);

    /// Something that went wrong outside of a run.
    void showMessage(const QString& title, const QString& text);

    std::shared_ptr<const run::Snapshot> shown() const;
    RunController& controller() { return *m_controller; }
    const Files& files() const { return *m_files; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makeActions();
    void makeMenus();
    void makeToolBar();
    QAction* addAction(const QString& name, const QString& icon, const QString& text,
        const QKeySequence& shortcut, const std::function<void()>& run);
    void applyTheme();
    void setThemeChoice(ThemeChoice choice);
    Theme theme() const;

    /// Runs `next` at once, or after the person has said what is to become of unsaved changes; not at all on
    /// Cancel.
    void withSavedChanges(const std::function<void()>& next);
    void showStartPage();
    void open();
    void save(const std::function<void()>& next = {});
    void saveAs(const std::function<void()>& next = {});
    void saveTo(const QString& path, const std::function<void()>& next);
    void editProfile();
    void begin(const RunnerFactory& runners);
    void profileOpened(const model::Profile& profile, const QString& path);
    void saveRecording();
    void startRun();
    void testLogin(const model::Profile& profile);
    void recheck();
    void exportAnswer();
    void copySummary();
    void rememberRecent(const QString& path);
    void refresh();

    void runStarted();
    void runEnded(bool wasCancelled);
    void snapshotArrived(const std::shared_ptr<const run::Snapshot>& snapshot);
    void scheduleNextCheck();

    Dependencies m_dependencies;
    std::unique_ptr<Dialogs> m_ownDialogs;
    Dialogs& m_dialogs;
    ProfileDocument m_document;
    QString m_demoTitle; ///< not empty: a practice outage or a recording, nothing to save
    std::shared_ptr<SessionSecrets> m_secrets; ///< what was typed to log in with, until the window goes
    RunController* m_controller;
    RunController* m_loginTest;
    Files* m_files;
    QTimer m_nextCheck;
    QTimer m_countdown;
    ThemeChoice m_themeChoice = ThemeChoice::System;
    bool m_isApplyingTheme = false;
    bool m_isClosing = false;
    bool m_hasDemoRunners = false;
    QString m_note; ///< what just happened, for the status bar

    QStackedWidget* m_pages;
    StartPage* m_start;
    QScrollArea* m_startScroll; ///< small screens, large fonts
    WorkPage* m_work;
    QLabel* m_status;
    QLabel* m_nextStatus;
    QProgressBar* m_busy; ///< something is being opened
    QMenu* m_recentMenu = nullptr;
    QActionGroup* m_themeActions = nullptr;
    std::map<QString, QAction*> m_actions; ///< by object name
};

}
