#pragma once

#include "app/commandline.h"

namespace hopscope::app {

// One file each, beside this one. All take the words after their name and return an exit code.
int collect(const QStringList& words);
int demo(const QStringList& words);
int diagnose(const QStringList& words);
int discover(const QStringList& words);
int explain(const QStringList& words);
int watch(const QStringList& words);
int window(const QStringList& words);

/// Says what is wrong with a profile, or with the words that should have named one.
int failedProfile(const Arguments& arguments, const base::Error& error);

}
