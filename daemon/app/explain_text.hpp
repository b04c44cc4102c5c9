// An explanation in words, Chinese or English: what a manager reads instead of codes and basis points. Values come from
// Shard::explain(); nothing here judges anything.
#pragma once

#include "core/calendar/calendar.hpp"
#include "core/model/explanation.hpp"

namespace aw::app {

// Fills `text` of every explanation and of the whole, line by line; what stood there is replaced.
void put_into_words(AccountExplanation& about, Language language, const Calendar& calendar);

}  // namespace aw::app
