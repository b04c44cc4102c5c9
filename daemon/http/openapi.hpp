// The OpenAPI 3.1 document of the HTTP interface, served at /api/v1/openapi.json. JSON text, constant.
#pragma once

#include <string_view>

namespace aw::http {

[[nodiscard]] std::string_view openapi_json();

}  // namespace aw::http
