#include "app/demo/programs.h"

#include <cstdlib>
#include <sstream>
#include <vector>

#include <unistd.h>

namespace hopscope::demo {
namespace {

    std::string find(const std::string& name)
    {
        const char* path = std::getenv("PATH");
        // Servers stand in sbin, which an ordinary user's PATH lacks; the last two are Homebrew's.
        std::istringstream folders(
            std::string(path ? path : "") + ":/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/sbin:/opt/homebrew/bin");
        std::string folder;
        while (std::getline(folders, folder, ':')) {
            const std::string file = folder + "/" + name;
            // A relative folder would depend on where we are; and sshd insists on its absolute path.
            if (folder.starts_with('/') && access(file.c_str(), X_OK) == 0)
                return file;
        }
        return {};
    }

}

base::Result<Programs> findPrograms()
{
    const Programs programs { find("python3"), find("sshd"), find("ssh-keygen"), find("nginx") };
    struct Need {
        std::string path;
        std::string name;
        std::string debianPackage;
        std::string homebrewPackage;
    };
    const std::vector<Need> needs {
        { programs.python, "python3", "python3", "python" },
        { programs.sshd, "sshd", "openssh-server", "openssh" },
        { programs.sshKeygen, "ssh-keygen", "openssh-client", "openssh" },
        { programs.nginx, "nginx", "nginx", "nginx" },
    };
    const bool hasHomebrew = !find("brew").empty() && find("apt-get").empty();
    std::string names;
    std::string packages;
    for (const Need& need : needs) {
        if (!need.path.empty())
            continue;
        names += (names.empty() ? "" : ", ") + need.name;
        packages += " " + (hasHomebrew ? need.homebrewPackage : need.debianPackage);
    }
    if (!names.empty()) {
        return base::failure({ base::ErrorCode::NotFound, "start the demo outage", names,
            "not installed; the demo runs real servers",
            (hasHomebrew ? "brew install" : "sudo apt-get install") + packages });
    }
    return programs;
}

}
