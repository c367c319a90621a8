#pragma once

#include "core/parse/configtree.h"

namespace hopscope::parse::cluster {

/// A strategic merge: maps member by member, lists of containers, variables, ports and volumes by their keys, all other lists
/// as a whole; null takes a member away. Lines stay those of the object.
void mergePatch(ConfigTree& object, const ConfigTree& patch);

/// The "add", "replace" and "remove" of RFC 6902; one that leads nowhere changes nothing.
void applyOperations(ConfigTree& object, const ConfigTree& operations);

}
