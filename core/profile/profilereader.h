#pragma once

#include "core/profile/jsontext.h"

#include "core/model/profile.h"

namespace hopscope::profile {

/// A parsed document to a profile; checks everything that the contract of hopscope.profile/1 asks.
base::Result<model::Profile> profileOf(const Json& json, const std::string& nameForErrors);

/// Names that are unique and fit to be part of node ids, and jumps that lead somewhere without a circle. The text is
/// the problem with its key path; empty: none.
JsonFields::Problem problemWithHosts(const std::vector<model::ProfileHost>& hosts);

}
