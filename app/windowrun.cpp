#include "app/windowrun.h"

#include "app/commandline.h"
#include "app/demo/demooutage.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/run/enginerunner.h"

#include <QApplication>
#include <QSettings>

#include <functional>

namespace hopscope::app {
namespace {

    int show(const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue,
        const std::function<void(ui::MainWindow&)>& begin)
    {
        ui::prepareApplication();
        QSettings settings;
        ui::MainWindow::Dependencies dependencies;
        dependencies.runners = ui::engineRunners(options, catalogue);
        dependencies.catalogue = catalogue;
        dependencies.settings = &settings;
        dependencies.sshConfigFile = options.sshConfigFile;
        ui::MainWindow window(std::move(dependencies));
        window.show();
        begin(window);
        return QApplication::exec();
    }

}

int runWindow(const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue, const std::string& path)
{
    return show(options, std::move(catalogue), [&](ui::MainWindow& window) {
        if (!path.empty())
            window.openProfile(QString::fromStdString(path));
    });
}

int runDemoWindow(
    const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue, const demo::DemoOutage& outage)
{
    return show(options, std::move(catalogue),
        [&](ui::MainWindow& window) { window.openDemo(outage.profile(), QObject::tr("Practice outage")); });
}

}
