#pragma once

#include "core/exec/script.h"

namespace hopscope::test {

/// What core/exec gives to a check, for one that runs alone as this user.
inline std::string scriptHelpers()
{
    return R"sh(LC_ALL=C; export LC_ALL; PATH=$PATH:/usr/sbin:/sbin
HOPSCOPE_USER=$(id -un); HOPSCOPE_HOME=$HOME; HOPSCOPE_PRIV=none; [ "$(id -u)" = 0 ] && HOPSCOPE_PRIV=root
)sh" + exec::checkHelpers();
}

}
