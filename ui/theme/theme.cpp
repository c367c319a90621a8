#include "ui/theme/theme.h"

#include "ui/theme/resources.h"

#include <QFile>

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

Theme Theme::light()
{
    Theme theme;
    theme.window = QColor(0xf3f5f8);
    theme.surface = QColor(0xffffff);
    theme.sunken = QColor(0xf7f9fb);
    theme.border = QColor(0xdde2ea);
    theme.borderStrong = QColor(0xb4bdcb);
    theme.text = QColor(0x17202e);
    theme.textMuted = QColor(0x586579);
    theme.accent = QColor(0x1f5fbf);
    theme.accentText = QColor(0xffffff);
    theme.ok = QColor(0x0a7d60);
    theme.warning = QColor(0x9a5b00);
    theme.failing = QColor(0xc2281a);
    theme.skipped = QColor(0x66738a);
    theme.unknown = QColor(0x6a4fb3);
    return theme;
}

Theme Theme::dark()
{
    Theme theme;
    theme.isDark = true;
    theme.window = QColor(0x14181f);
    theme.surface = QColor(0x1d232d);
    theme.sunken = QColor(0x171c24);
    theme.border = QColor(0x323b49);
    theme.borderStrong = QColor(0x5a677a);
    theme.text = QColor(0xe8ecf2);
    theme.textMuted = QColor(0xa3afbf);
    theme.accent = QColor(0x7ab2ff);
    theme.accentText = QColor(0x0c1422);
    theme.ok = QColor(0x45cfa4);
    theme.warning = QColor(0xf0b13c);
    theme.failing = QColor(0xff7b68);
    theme.skipped = QColor(0x97a4b8);
    theme.unknown = QColor(0xb9a2f5);
    return theme;
}

Theme Theme::of(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() < 128 ? dark() : light();
}

QColor Theme::color(model::State state) const
{
    switch (state) {
    case model::State::Ok:
        return ok;
    case model::State::Warning:
        return warning;
    case model::State::Failing:
        return failing;
    case model::State::Skipped:
        return skipped;
    case model::State::Unknown:
        return unknown;
    }
    return unknown;
}

QColor Theme::tint(const QColor& color, double strength) const
{
    const auto mix = [strength](int ground, int over) {
        return static_cast<int>(ground + (over - ground) * strength + 0.5);
    };
    return { mix(surface.red(), color.red()), mix(surface.green(), color.green()),
        mix(surface.blue(), color.blue()) };
}

QPalette Theme::palette() const
{
    QPalette result;
    result.setColor(QPalette::Window, window);
    result.setColor(QPalette::WindowText, text);
    result.setColor(QPalette::Base, surface);
    result.setColor(QPalette::AlternateBase, sunken);
    result.setColor(QPalette::Text, text);
    result.setColor(QPalette::PlaceholderText, textMuted);
    result.setColor(QPalette::Button, surface);
    result.setColor(QPalette::ButtonText, text);
    result.setColor(QPalette::BrightText, failing);
    result.setColor(QPalette::ToolTipBase, surface);
    result.setColor(QPalette::ToolTipText, text);
    result.setColor(QPalette::Highlight, accent);
    result.setColor(QPalette::HighlightedText, accentText);
    result.setColor(QPalette::Link, accent);
    result.setColor(QPalette::Light, tint(text, isDark ? 0.15 : 0.0));
    result.setColor(QPalette::Midlight, border);
    result.setColor(QPalette::Mid, borderStrong);
    result.setColor(QPalette::Dark, borderStrong);
    result.setColor(QPalette::Shadow, QColor(0, 0, 0, isDark ? 160 : 60));
    const QColor faded = tint(textMuted, 0.6);
    for (const auto role : { QPalette::WindowText, QPalette::Text, QPalette::ButtonText })
        result.setColor(QPalette::Disabled, role, faded);
    return result;
}

QString Theme::styleSheet() const
{
    initialiseResources();
    QFile file(u":/themes/hopscope.qss"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::array<std::pair<QLatin1StringView, QColor>, 15> colors { {
        { "@window@"_L1, window },
        { "@surface@"_L1, surface },
        { "@sunken@"_L1, sunken },
        { "@border@"_L1, border },
        { "@border-strong@"_L1, borderStrong },
        { "@text@"_L1, text },
        { "@muted@"_L1, textMuted },
        { "@accent@"_L1, accent },
        { "@accent-text@"_L1, accentText },
        { "@accent-strong@"_L1, isDark ? accent.lighter(112) : accent.darker(115) },
        { "@hover@"_L1, tint(accent, isDark ? 0.16 : 0.08) },
        { "@failing@"_L1, failing },
        { "@failing-soft@"_L1, tint(failing, 0.10) },
        { "@first-step@"_L1, tint(accent, isDark ? 0.16 : 0.07) },
        { "@disabled@"_L1, tint(textMuted, 0.55) },
    } };
    for (const auto& [name, color] : colors)
        sheet.replace(name, color.name());
    return sheet;
}

QColor seriesColor(const Theme& theme, int index)
{
    // Okabe and Ito's set, lightened a little for the dark ground.
    static constexpr std::array<QRgb, 6> palette { 0xff0072b2, 0xffd55e00, 0xff009e73, 0xffcc79a7, 0xff8a6d00,
        0xff56b4e9 };
    const QColor color(palette[static_cast<std::size_t>(index) % palette.size()]);
    return theme.isDark ? color.lighter(135) : color;
}

}
