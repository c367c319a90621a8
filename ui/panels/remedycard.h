#pragma once

#include "core/model/diagnosis.h"

#include <QFrame>

namespace hopscope::ui {

/// One thing to do: its title, where, how risky, the commands with their copy buttons, what to expect, how to
/// undo it.
class RemedyCard : public QFrame {
    Q_OBJECT

public:
    enum class Look { Card, Plain }; ///< plain: within another frame

    /// `number` is shown before the title; 0: none. `name` starts the object names of its buttons.
    RemedyCard(const model::Remediation& remedy, int number, const QString& name, Look look,
        QWidget* parent = nullptr);
};

}
