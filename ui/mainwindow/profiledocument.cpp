#include "ui/mainwindow/profiledocument.h"

#include "ui/text/words.h"

namespace hopscope::ui {

void ProfileDocument::set(const model::Profile& profile)
{
    m_profile = profile;
    m_saved = {};
    m_path.clear();
    m_isOpen = true;
}

void ProfileDocument::opened(const model::Profile& profile, const QString& path)
{
    m_profile = profile;
    m_isOpen = true;
    saved(profile, path);
}

void ProfileDocument::saved(const model::Profile& profile, const QString& path)
{
    m_saved = profile;
    m_profile.baseline = profile.baseline; // the writing may have added what was seen
    m_path = path;
}

void ProfileDocument::edit(const model::Profile& profile) { m_profile = profile; }

QString ProfileDocument::title() const
{
    return oneLine(m_profile.name.empty() ? m_profile.url : m_profile.name);
}

}
