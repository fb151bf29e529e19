// The message of what an action throws; "nothing was thrown" when it does not.
#pragma once

#include <exception>
#include <string>

template <class Action>
std::string message_of(const Action& action) {
    try {
        action();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing was thrown";
}

inline bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}
