#include "app/commands/commands.h"

namespace hopscope::app {

const std::vector<Command>& commands()
{
    static const std::vector<Command> all {
        { "diagnose", "connect, discover, check, diagnose, print a short verdict", diagnose },
        { "discover", "connect and discover only, or read configuration files offline", discover },
        { "watch", "diagnose again and again", watch },
        { "explain", "read error text or log lines offline, name each one's fault", explain },
        { "demo", "a practice outage on this machine, with real servers on loopback", demo },
        { "collect", "record everything a diagnosis reads into a bundle", collect },
    };
    return all;
}

int failedProfile(const Arguments& arguments, const base::Error& error)
{
    if (error.operation.empty())
        return arguments.fail(QString::fromStdString(error.text()));
    complain(error.text());
    return exitcode::usage;
}

}
