#pragma once

#include <QString>

#include <string>

namespace hopscope::ui {

/// What a check is, for people: "hop-caller" to "Tried from the caller". An id it does not know becomes
/// words.
QString checkTitle(const std::string& check);

}
