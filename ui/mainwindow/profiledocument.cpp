#include "ui/mainwindow/profiledocument.h"

#include "core/profile/profilefile.h"
#include "ui/text/words.h"

namespace hopscope::ui {

void ProfileDocument::set(const model::Profile& profile)
{
    m_profile = profile;
    m_saved = {};
    m_path.clear();
    m_isOpen = true;
}

base::Result<void> ProfileDocument::load(const QString& path)
{
    base::Result<model::Profile> profile = profile::loadProfile(path.toStdString());
    if (!profile)
        return base::failure(profile.error());
    m_profile = *profile;
    m_saved = m_profile;
    m_path = path;
    m_isOpen = true;
    return {};
}

base::Result<void> ProfileDocument::save(const QString& path)
{
    base::Result<void> saved = profile::saveProfile(m_profile, path.toStdString());
    if (saved) {
        m_saved = m_profile;
        m_path = path;
    }
    return saved;
}

void ProfileDocument::edit(const model::Profile& profile) { m_profile = profile; }

QString ProfileDocument::title() const
{
    return oneLine(m_profile.name.empty() ? m_profile.url : m_profile.name);
}

}
