#pragma once

#include "core/exec/deadline.h"
#include "core/ssh/interaction.h"

#include <memory>
#include <utility>

namespace hopscope::run {

/// Passes questions on, and tells the clock that a person has them.
class TimedInteraction final : public ssh::Interaction {
public:
    TimedInteraction(std::shared_ptr<ssh::Interaction> person, std::shared_ptr<exec::QuestionClock> clock)
        : m_person(std::move(person))
        , m_clock(std::move(clock))
    {
    }

    bool acceptNewHostKey(const HostKeyQuestion& question) override
    {
        const Asking asking(*m_clock);
        return m_person->acceptNewHostKey(question);
    }
    std::optional<std::string> secret(const SecretQuestion& question) override
    {
        const Asking asking(*m_clock);
        return m_person->secret(question);
    }
    void refused(const SecretQuestion& question) override { m_person->refused(question); }

private:
    struct Asking {
        explicit Asking(exec::QuestionClock& asked)
            : clock(asked)
        {
            clock.begin();
        }
        ~Asking() { clock.end(); }
        Asking(const Asking&) = delete;
        Asking& operator=(const Asking&) = delete;
        exec::QuestionClock& clock;
    };

    std::shared_ptr<ssh::Interaction> m_person;
    std::shared_ptr<exec::QuestionClock> m_clock;
};

}
