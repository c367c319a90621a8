#include "ui/dialogs/dialoginteraction.h"

#include "ui/dialogs/dialogs.h"
#include "ui/dialogs/sessionsecrets.h"

#include <atomic>
#include <future>
#include <utility>

namespace hopscope::ui {

namespace {

/// A promise that takes the first of two answers: the person's, or the cancelled run's.
template <class T> class Reply {
public:
    std::future<T> future() { return m_promise.get_future(); }
    void give(T value)
    {
        if (!m_isGiven.exchange(true))
            m_promise.set_value(std::move(value));
    }
    bool isGiven() const { return m_isGiven; }

private:
    std::promise<T> m_promise;
    std::atomic<bool> m_isGiven = false;
};

}

DialogInteraction::DialogInteraction(Dialogs& dialogs, std::shared_ptr<SessionSecrets> secrets)
    : m_dialogs(dialogs)
    , m_secrets(std::move(secrets))
    , m_window(std::make_unique<QObject>())
{
}

DialogInteraction::~DialogInteraction()
{
    // The last owner may be a run's thread.
    m_window.release()->deleteLater();
}

template <class T, class Ask> T DialogInteraction::ask(T refusal, Ask show)
{
    const auto reply = std::make_shared<Reply<T>>();
    std::future<T> answer = reply->future();
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_isOpen)
            return refusal;
        m_refusals.push_back([reply, refusal] { reply->give(refusal); });
    }
    QMetaObject::invokeMethod(
        m_window.get(),
        [reply, show] {
            if (!reply->isGiven())
                show([reply](T value) { reply->give(std::move(value)); });
        },
        Qt::QueuedConnection);
    return answer.get();
}

bool DialogInteraction::acceptNewHostKey(const HostKeyQuestion& question)
{
    return ask<bool>(false, [this, question](Dialogs::Answer<bool> answer) {
        m_dialogs.askHostKey(question, std::move(answer));
    });
}

std::optional<std::string> DialogInteraction::secret(const SecretQuestion& question)
{
    // Hosts with the same key ask the same: one dialog is enough.
    const auto turn = m_secrets->turn(question);
    if (auto known = m_secrets->find(question))
        return known;
    auto typed = ask<std::optional<std::string>>(
        std::nullopt, [this, question](Dialogs::Answer<std::optional<std::string>> answer) {
            m_dialogs.askSecret(question, std::move(answer));
        });
    if (typed)
        m_secrets->remember(question, *typed);
    return typed;
}

void DialogInteraction::refused(const SecretQuestion& question) { m_secrets->refused(question); }

void DialogInteraction::open()
{
    const std::scoped_lock lock(m_mutex);
    m_isOpen = true;
    m_refusals.clear();
}

void DialogInteraction::close()
{
    std::vector<std::function<void()>> refusals;
    {
        const std::scoped_lock lock(m_mutex);
        m_isOpen = false;
        refusals.swap(m_refusals);
    }
    for (const auto& refuse : refusals)
        refuse();
    m_dialogs.dismissLoginQuestions();
}

}
