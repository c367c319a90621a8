#pragma once

#include <QSizeF>

/// Sizes of the drawing, in pixels at scale 1. A chain is wide and a window is not: what is drawn is tall and
/// narrow.
namespace hopscope::ui::metrics {

inline constexpr QSizeF cardSize { 176, 116 };
inline constexpr QSizeF labelSize { 154, 62 };
inline constexpr double cardRadius = 11;
inline constexpr double frameRadius = 15;
inline constexpr double frameTitleHeight = 22; ///< inside the frame, above its cards
inline constexpr double badgeSize = 16;

}
