#pragma once

#include "core/model/profile.h"

#include <QString>

namespace hopscope::ui {

/// The profile at hand, the file it belongs to, and whether the two differ.
class ProfileDocument {
public:
    void set(const model::Profile& profile); ///< a new one, not in a file yet
    void opened(const model::Profile& profile, const QString& path);
    void saved(const model::Profile& profile, const QString& path); ///< it was written as it was then
    void edit(const model::Profile& profile); ///< the same document, changed

    bool isOpen() const { return m_isOpen; }
    bool isModified() const { return m_isOpen && !(m_profile == m_saved); }
    const model::Profile& profile() const { return m_profile; }
    const QString& path() const { return m_path; }
    QString title() const;

private:
    model::Profile m_profile;
    model::Profile m_saved;
    QString m_path;
    bool m_isOpen = false;
};

}
