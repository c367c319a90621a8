#include "app/windowrun.h"

#include "app/commandline.h"
#include "app/demo/demooutage.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/run/enginerunner.h"

#include <QApplication>
#include <QSettings>

#include <functional>
#include <thread>

namespace hopscope::app {
namespace {

const QString demoTitle = QStringLiteral("Practice outage");

run::Options demoOptions(run::Options options, const demo::DemoOutage& outage)
{
    options.sshConfigFile = outage.sshOptions().configFile;
    options.knownHostsFile = outage.sshOptions().knownHostsFile;
    return options;
}

/// The practice outage that the start page offers: its servers take seconds to start, so a thread of its own
/// does it.
class DemoStarter {
public:
    DemoStarter(run::Options options, std::shared_ptr<const faults::Catalogue> catalogue)
        : m_options(std::move(options))
        , m_catalogue(std::move(catalogue))
    {
    }

    void operator()(ui::MainWindow& window)
    {
        m_thread = std::jthread([this, &window] {
            auto outage = std::make_shared<base::Result<std::unique_ptr<demo::DemoOutage>>>(
                demo::DemoOutage::start(demo::faults().front().name));
            QMetaObject::invokeMethod(&window, [this, &window, outage] { show(window, *outage); });
        });
    }

    /// Before the window goes: nothing may be posted to it any more.
    void finish() { m_thread = {}; }

private:
    void show(ui::MainWindow& window, base::Result<std::unique_ptr<demo::DemoOutage>>& outage)
    {
        if (!outage)
            return window.showMessage(QObject::tr("The practice outage can't start"),
                QString::fromStdString(outage.error().text()));
        m_outage = std::move(*outage);
        window.openDemo(m_outage->profile(), demoTitle,
            ui::engineRunners(demoOptions(m_options, *m_outage), m_catalogue));
    }

    run::Options m_options;
    std::shared_ptr<const faults::Catalogue> m_catalogue;
    std::unique_ptr<demo::DemoOutage> m_outage;
    std::jthread m_thread;
};

int show(const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue,
    const std::function<void(ui::MainWindow&)>& begin)
{
    ui::prepareApplication();
    QSettings settings;
    DemoStarter demo(options, catalogue);
    ui::MainWindow::Dependencies dependencies;
    dependencies.runners = ui::engineRunners(options, catalogue);
    run::Options loginOptions(options);
    loginOptions.depth = run::Options::Depth::Logins;
    dependencies.loginRunners = ui::engineRunners(loginOptions, catalogue);
    dependencies.catalogue = catalogue;
    dependencies.settings = &settings;
    dependencies.sshConfigFile = options.sshConfigFile;
    dependencies.startDemo = [&demo](ui::MainWindow& window) { demo(window); };
    ui::MainWindow window(std::move(dependencies));
    window.show();
    begin(window);
    const int code = QApplication::exec();
    demo.finish();
    return code;
}

}

int runWindow(
    const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue, const std::string& path)
{
    return show(options, std::move(catalogue), [&](ui::MainWindow& window) {
        if (!path.empty())
            window.openFile(QString::fromStdString(path));
    });
}

int runDemoWindow(const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue,
    const demo::DemoOutage& outage)
{
    const ui::RunnerFactory runners = ui::engineRunners(demoOptions(options, outage), catalogue);
    return show(options, std::move(catalogue),
        [&](ui::MainWindow& window) { window.openDemo(outage.profile(), demoTitle, runners); });
}

}
