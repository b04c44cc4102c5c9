#include "http/openapi.hpp"

namespace aw::http {

// Schemas name the fields of contract section 2; types and meanings of their parts are in proto/accountwatch/v1.
static constexpr std::string_view kDocument = R"json({
"openapi": "3.1.0",
"info": {
  "title": "accountwatch",
  "version": "1",
  "description": "Keeps watch over a courier's key accounts. Timestamps are RFC 3339 in UTC, 64-bit integers are strings, fields at their default are omitted. Without a tokens file only this machine is served and the actor of a command stands in its body.",
  "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}
},
"servers": [{"url": "/"}],
"security": [{"bearer": []}, {}],
"paths": {
  "/api/v1/accounts/{code}": {
    "parameters": [{"$ref": "#/components/parameters/code"}],
    "get": {
      "operationId": "getAccount", "summary": "An account as it stands now", "tags": ["accounts"],
      "responses": {
        "200": {"description": "The account", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Account"}}}},
        "307": {"$ref": "#/components/responses/OtherOwner"},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/accounts/{code}/explain": {
    "parameters": [{"$ref": "#/components/parameters/code"}],
    "get": {
      "operationId": "explainAccount", "summary": "Why something fired about an account, and why something did not", "tags": ["accounts"],
      "description": "What is known of the account and what every rule says of it, with numbers and gates, the last decisions, the open case and what is owed. With `at` the account's partition of the log is read again up to then, which takes seconds for a million records.",
      "parameters": [
        {"name": "at", "in": "query", "description": "As of then; absent = now", "schema": {"$ref": "#/components/schemas/Time"}},
        {"name": "language", "in": "query", "description": "Of the words; absent = that of the settings", "schema": {"type": "string", "enum": ["zh", "en"]}}
      ],
      "responses": {
        "200": {"description": "The explanation", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AccountExplanation"}}}},
        "307": {"$ref": "#/components/responses/OtherOwner"},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/accounts/{code}/timeline": {
    "parameters": [{"$ref": "#/components/parameters/code"}],
    "get": {
      "operationId": "accountTimeline", "summary": "What happened with an account, in order of time", "tags": ["accounts"],
      "description": "Events (not single shipments, invoices and pickups), signals, decisions, cases, tasks and notices, read from the log.",
      "responses": {"200": {"$ref": "#/components/responses/Timeline"}, "default": {"$ref": "#/components/responses/Problem"}}
    }
  },
  "/api/v1/cases/{id}/timeline": {
    "parameters": [{"$ref": "#/components/parameters/caseId"}],
    "get": {
      "operationId": "caseTimeline", "summary": "What happened in a case, in order of time", "tags": ["cases"],
      "responses": {"200": {"$ref": "#/components/responses/Timeline"}, "default": {"$ref": "#/components/responses/Problem"}}
    }
  },
  "/api/v1/cases": {
    "get": {
      "operationId": "listCases", "summary": "Cases of all accounts", "tags": ["cases"],
      "parameters": [
        {"name": "state", "in": "query", "schema": {"$ref": "#/components/schemas/CaseState"}},
        {"name": "unit", "in": "query", "schema": {"type": "string"}},
        {"name": "severity", "in": "query", "schema": {"$ref": "#/components/schemas/Severity"}},
        {"name": "order", "in": "query", "description": "value_at_risk: revenue at risk by the probability that it is lost, the greatest first", "schema": {"$ref": "#/components/schemas/Order"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
        {"name": "cursor", "in": "query", "description": "next_cursor of the page before", "schema": {"$ref": "#/components/schemas/Cursor"}}
      ],
      "responses": {
        "200": {"description": "A page of cases", "content": {"application/json": {"schema": {
          "type": "object", "required": ["items"],
          "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Case"}}, "next_cursor": {"$ref": "#/components/schemas/Cursor"}}}}}},
        "400": {"description": "BAD_CURSOR, BAD_COUNT (limit), UNKNOWN_ENUM or UNKNOWN_PARAMETER", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/cases/{id}": {
    "parameters": [{"$ref": "#/components/parameters/caseId"}],
    "get": {
      "operationId": "getCase", "summary": "One case", "tags": ["cases"],
      "responses": {
        "200": {"$ref": "#/components/responses/Case"},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/cases/{id}/commands": {
    "parameters": [{"$ref": "#/components/parameters/caseId"}],
    "post": {
      "operationId": "postCommand", "summary": "Do something in a case: acknowledge, accept, plan, close and so on", "tags": ["cases"],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Command"}}}},
      "responses": {
        "200": {"$ref": "#/components/responses/Case"},
        "307": {"$ref": "#/components/responses/OtherOwner"},
        "400": {"description": "The body is no command, or names another case (WRONG_CASE)", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "403": {"description": "FORBIDDEN", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "404": {"description": "UNKNOWN_CASE", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "409": {"description": "VERSION_CONFLICT or ILLEGAL_TRANSITION", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "422": {"description": "Another rejection code", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/cases/{id}/export": {
    "parameters": [{"$ref": "#/components/parameters/caseId"}],
    "post": {
      "operationId": "exportCase", "summary": "A case with its timeline, as a file", "tags": ["cases"],
      "description": "Who takes it, for which unit, when, which case and why is recorded in the daemon's log (R90), and so is a refusal (REASON_REQUIRED, MISSING_FIELD, UNKNOWN_ACTOR, APPROVER_REQUIRED). A LOST case needs the consent of the post that the policy names (cases.loss_export_approver, R91). It changes nothing.",
      "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["reason"], "additionalProperties": false, "properties": {"actor_staff_id": {"type": "string", "description": "Who asks; with tokens it is the token's"}, "reason": {"type": "string"}, "approver_staff_id": {"type": "string", "description": "Who has agreed that a lost case is exported"}}}}}},
      "responses": {
        "200": {"description": "`export` (who, unit, when, why), `case` and `timeline`", "content": {"application/json": {"schema": {"type": "object", "required": ["export", "case", "timeline"], "properties": {"export": {"type": "object"}, "case": {"$ref": "#/components/schemas/Case"}, "timeline": {"type": "array", "items": {"type": "object"}}}}}}},
        "307": {"$ref": "#/components/responses/OtherOwner"},
        "default": {"$ref": "#/components/responses/Problem"}}}
  },
  "/api/v1/data-gaps": {
    "get": {
      "operationId": "listDataGaps", "summary": "Feeds that fell silent, the newest first", "tags": ["feeds"],
      "description": "A feed that sends watermarks has a gap when the log's time passes complete_until and its gap limit; verdicts that need it are held until a watermark passes. Of closed gaps the newest 1,000 are kept.",
      "responses": {
        "200": {"description": "All of them", "content": {"application/json": {"schema": {
          "type": "object", "required": ["items"],
          "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/DataGap"}}, "next_cursor": {"const": ""}}}}}},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/silences": {
    "get": {
      "operationId": "listSilences", "summary": "What is kept quiet, now or later", "tags": ["silences"],
      "description": "Silences that are over are left out. One is added, replaced or ended by an event: POST /api/v1/events.",
      "responses": {
        "200": {"description": "All of them, by id", "content": {"application/json": {"schema": {
          "type": "object", "required": ["items"],
          "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Silence"}}, "next_cursor": {"const": ""}}}}}}, "307": {"$ref": "#/components/responses/OtherOwner"},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/tasks": {
    "get": {
      "operationId": "listTasks", "summary": "Who owes what by when", "tags": ["tasks"],
      "parameters": [
        {"name": "staff", "in": "query", "schema": {"type": "string"}},
        {"name": "state", "in": "query", "schema": {"$ref": "#/components/schemas/TaskState"}},
        {"name": "order", "in": "query", "description": "value_at_risk: by that of their cases, the greatest first, then by due time", "schema": {"$ref": "#/components/schemas/Order"}}
      ],
      "responses": {
        "200": {"description": "A page of tasks", "content": {"application/json": {"schema": {
          "type": "object", "required": ["items"],
          "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Task"}}, "next_cursor": {"$ref": "#/components/schemas/Cursor"}}}}}},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/tasks/{id}/done": {
    "parameters": [{"name": "id", "in": "path", "required": true, "description": "<root>-t<n>", "schema": {"type": "string"}}],
    "post": {
      "operationId": "postTaskDone", "summary": "Report a task as done by its own id, also one that belongs to no case", "tags": ["tasks"],
      "requestBody": {"required": false, "content": {"application/json": {"schema": {"type": "object", "additionalProperties": false,
        "properties": {"actor_staff_id": {"type": "string", "maxLength": 128, "description": "Who does it; with tokens it is the token's"}, "reason": {"type": "string"}}}}}},
      "responses": {
        "200": {"description": "Done: the case after it, or done = true for a task of no case", "content": {"application/json": {"schema": {"type": "object"}}}},
        "307": {"$ref": "#/components/responses/OtherOwner"},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/events": {
    "post": {
      "operationId": "postEvents", "summary": "Append events; the same event_id twice is one event", "tags": ["events"],
      "parameters": [{"name": "traceparent", "in": "header", "description": "W3C Trace Context: goes on with every event of the request, and tracestate with it; one that is not well-formed is left out", "schema": {"type": "string"}}],
      "requestBody": {"required": true, "description": "One event in JSON per line, at most 16 MiB", "content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
      "responses": {
        "200": {"description": "What became of the lines", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/IngestResult"}}}},
        "403": {"description": "FORBIDDEN: a line is a command or a silence of somebody else than the token's owner; nothing was taken", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "413": {"description": "Over 16 MiB", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/reload": {
    "post": {
      "operationId": "postReload", "summary": "The daemon's files against the configuration in force: what would change, and the change itself", "tags": ["service"],
      "description": "Reads policy, organisation, calendars and feeds again. Without a parameter it brings them into force, unless that exceeds the limit of the settings (reload.max_affected_pct) or the configuration was rolled back; then 409 with the plan. With tokens it needs the scope operate.",
      "parameters": [
        {"name": "plan", "in": "query", "description": "Only shows what would change", "schema": {"type": "boolean", "default": false}},
        {"name": "rollback", "in": "query", "description": "Back to the configuration before (one step), whatever the limit", "schema": {"type": "boolean", "default": false}},
        {"name": "force", "in": "query", "description": "Over the limit, or over a roll back", "schema": {"type": "boolean", "default": false}},
        {"name": "examples", "in": "query", "description": "Of each kind of change", "schema": {"type": "integer", "minimum": 0, "maximum": 1000, "default": 20}}
      ],
      "requestBody": {"required": false, "content": {"application/json": {"schema": {"type": "object", "additionalProperties": false,
        "properties": {"actor_staff_id": {"type": "string", "maxLength": 128, "description": "Who does it; with tokens it is the token's"}}}}}},
      "responses": {
        "200": {"description": "PLANNED, UNCHANGED, ACTIVATED or ROLLED_BACK", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reload"}}}},
        "202": {"description": "PENDING: handed to the log, not committed in every partition yet", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reload"}}}},
        "409": {"description": "LIMIT_EXCEEDED or WAS_ROLLED_BACK (both with plan), NOTHING_TO_ROLL_BACK or BUSY", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "422": {"description": "BAD_CONFIGURATION: the files have mistakes, listed in mistakes as file:line:column: what is wrong", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/openapi.json": {
    "get": {
      "operationId": "getOpenApi", "summary": "This document", "tags": ["service"], "security": [{}],
      "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}}
    }
  },
  "/healthz": {
    "get": {
      "operationId": "getHealth", "summary": "The process is alive", "tags": ["service"], "security": [{}],
      "responses": {"200": {"description": "Alive"}, "503": {"description": "A worker makes no progress"}}
    }
  },
  "/readyz": {
    "get": {
      "operationId": "getReadiness", "summary": "State is restored and the log answers", "tags": ["service"], "security": [{}],
      "responses": {"200": {"description": "Ready"}, "503": {"description": "Not ready, with the reason"}}
    }
  },
  "/metrics": {
    "get": {
      "operationId": "getMetrics", "summary": "Prometheus metrics", "tags": ["service"], "security": [{}],
      "responses": {"200": {"description": "Text exposition format 0.0.4", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    }
  }
},
"components": {
  "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "A token of http.tokens_file with the scope read, command, ingest or operate"}},
  "parameters": {
    "code": {"name": "code", "in": "path", "required": true, "description": "The customer code", "schema": {"type": "string", "pattern": "^[0-9]{14}$|^[0-9]{11}$"}},
    "caseId": {"name": "id", "in": "path", "required": true, "description": "<account root>-<n>", "schema": {"type": "string", "pattern": "^[0-9]{11}-[0-9]+$"}}
  },
  "responses": {
    "Case": {"description": "The case as it is now", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Case"}}}},
    "Timeline": {"description": "All of it in one page", "content": {"application/json": {"schema": {
      "type": "object", "required": ["items"],
      "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/TimelineEntry"}}, "next_cursor": {"$ref": "#/components/schemas/Cursor"}}}}}},
    "OtherOwner": {"description": "Another instance holds the state of this account", "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}}},
    "Problem": {"description": "What went wrong", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
  },
  "schemas": {
    "Problem": {
      "type": "object", "required": ["type", "title", "status", "detail", "code"],
      "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
        "code": {"type": "string", "description": "A rejection code (VERSION_CONFLICT, FORBIDDEN and so on) or one of BAD_REQUEST, BAD_CURSOR, BAD_COUNT, WRONG_CASE, UNKNOWN_PARAMETER, UNAUTHORIZED, NOT_FOUND, METHOD_NOT_ALLOWED, TOO_LARGE, TIMEOUT, INTERNAL, UNAVAILABLE"}}
    },
    "Cursor": {"type": "string", "description": "The page begins behind this case; empty at the end", "pattern": "^((-?[0-9]+:)?[0-9]{11}-[0-9]+)?$"},
    "Order": {"type": "string", "enum": ["id", "value_at_risk"], "default": "id"},
    "Severity": {"type": "string", "enum": ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"]},
    "CaseState": {"type": "string", "enum": ["NEW", "ACKNOWLEDGED", "GROUP_FORMED", "INVESTIGATING", "ACTING", "OBSERVING", "RESOLVED", "REPORT_DUE", "CLOSED", "SUSPENDED", "MERGED"]},
    "TaskState": {"type": "string", "enum": ["OPEN", "DONE", "OVERDUE", "CANCELLED"]},
    "GroupRole": {"type": "string", "enum": ["LEADER", "RELEVANT_LEADER", "SALES", "AFTER_SALES", "SPECIALIST"]},
    "Time": {"type": "string", "format": "date-time"},
    "Money": {"type": "object", "required": ["currency", "minor"], "properties": {"currency": {"const": "CNY"}, "minor": {"type": "string", "pattern": "^-?[0-9]+$", "description": "fen"}}},
    "Account": {
      "type": "object",
      "properties": {"account_root": {"type": "string"}, "account_name": {"type": "string"}, "unit_id": {"type": "string"}, "importance": {"type": "string"},
        "is_key_account": {"type": "boolean"}, "grade": {"type": "string"}, "t12m_revenue": {"$ref": "#/components/schemas/Money"},
        "items_28d": {"type": "string", "description": "the last 28 business days, today included"}, "revenue_28d": {"$ref": "#/components/schemas/Money"},
        "last_event_at": {"$ref": "#/components/schemas/Time"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"business_line": {"type": "string"}, "items_28d": {"type": "string"}}}},
        "branches": {"type": "array", "items": {"type": "object", "properties": {"branch": {"type": "string"}, "items_28d": {"type": "string"}}}},
        "open_case_id": {"type": "string"}, "held_feeds": {"type": "array", "items": {"type": "string"}, "description": "feeds that hold verdicts about it back: in a gap, or behind the end of yesterday"},
        "product_breadth": {"type": "string", "description": "SPECIALISED or COMPOSITE: by the lines that brought revenue in twelve months"}}
    },
    "NamedValue": {"type": "object", "properties": {"name": {"type": "string"}, "value": {"type": "string"}}},
    "Gate": {"type": "object", "description": "A condition that was checked", "properties": {"name": {"type": "string"}, "value": {"type": "string"}, "limit": {"type": "string"}, "passed": {"type": "boolean"}}},
    "Decision": {"type": "object", "properties": {"decision_id": {"type": "string"}, "kind": {"type": "string"}, "outcome": {"$ref": "#/components/schemas/DecisionOutcome"}, "code": {"type": "string"},
      "account_root": {"type": "string"}, "case_id": {"type": "string"}, "rule_id": {"type": "string"}, "config_revision": {"type": "string"}, "at": {"$ref": "#/components/schemas/Time"},
      "inputs": {"type": "array", "items": {"$ref": "#/components/schemas/NamedValue"}}, "gates": {"type": "array", "items": {"$ref": "#/components/schemas/Gate"}},
      "text": {"type": "string"}, "digest": {"type": "string"}}},
    "DecisionOutcome": {"type": "string", "enum": ["FIRED", "NOT_FIRED", "HELD", "SUPPRESSED", "ACCEPTED", "REJECTED"]},
    "Date": {"type": "string", "format": "date"},
    "Explanation": {"type": "object", "description": "What one rule or detector says of the account, or of one part of it", "properties": {
      "source": {"type": "string", "description": "COMPARISON, DEFECTION, or the name of a detector"}, "rule_id": {"type": "string"}, "kind": {"type": "string"},
      "measure": {"type": "string", "enum": ["ITEMS", "REVENUE", "WALLET_SHARE", "T12M_REVENUE"]}, "reference": {"type": "string"}, "business_line": {"type": "string"}, "branch": {"type": "string"},
      "outcome": {"$ref": "#/components/schemas/DecisionOutcome", "description": "FIRED: it holds now. SUPPRESSED: it would, but for the code. HELD: it waits. NOT_FIRED: nothing to tell"},
      "code": {"type": "string", "description": "A suppression code; FIRED: the kind; NOT_FIRED: NORMAL, NOTHING_TO_COMPARE, ONE_PART, NO_REVENUE, OTHER_RHYTHM, NO_REPORT, NO_GROUP, ASKED_OF_GROUP, NO_INDUSTRY, NOT_ANSWERED, TOO_FEW_ACCOUNTS, UNCHANGED, NO_GRADE, REGISTERED, NO_PROSPECT, PROSPECT, OFF"},
      "severity": {"$ref": "#/components/schemas/Severity"}, "period": {"type": "string"}, "window_from": {"$ref": "#/components/schemas/Date"}, "window_to": {"$ref": "#/components/schemas/Date"},
      "onset_on": {"$ref": "#/components/schemas/Date"}, "observed": {"type": "string", "description": "items, or fen"}, "expected": {"type": "string", "description": "items, or fen"},
      "inputs": {"type": "array", "items": {"$ref": "#/components/schemas/NamedValue"}}, "gates": {"type": "array", "items": {"$ref": "#/components/schemas/Gate"}, "description": "in the order in which they are asked"},
      "next_at": {"$ref": "#/components/schemas/Time"}, "text": {"type": "string"}}},
    "FeedState": {"type": "object", "properties": {"feed": {"type": "string"}, "delivers": {"type": "array", "items": {"type": "string"}}, "last_day": {"$ref": "#/components/schemas/Date"},
      "complete_until": {"$ref": "#/components/schemas/Time"}, "needed": {"type": "boolean"}, "complete": {"type": "boolean"}}},
    "HeldPeriod": {"type": "object", "properties": {"period": {"type": "string"}, "waits_for": {"type": "array", "items": {"type": "string"}}}},
    "EpisodeState": {"type": "object", "properties": {"measure": {"type": "string", "enum": ["ITEMS", "REVENUE", "WALLET_SHARE", "T12M_REVENUE"]}, "rule_ids": {"type": "array", "items": {"type": "string"}},
      "signalled": {"$ref": "#/components/schemas/Severity"}, "waiting": {"$ref": "#/components/schemas/Severity"}, "silenced": {"type": "boolean"}, "over_on": {"$ref": "#/components/schemas/Date"}}},
    "AccountExplanation": {"type": "object", "description": "Everything that is known of an account at an instant, and what every rule says of it then", "properties": {
      "account": {"$ref": "#/components/schemas/Account"}, "at": {"$ref": "#/components/schemas/Time"}, "policy_id": {"type": "string"}, "config_revision": {"type": "string"},
      "live": {"type": "boolean"}, "watched": {"type": "boolean"}, "not_watched": {"type": "string", "description": "NOT_WATCHED or PROSPECT"},
      "watch_gates": {"type": "array", "items": {"$ref": "#/components/schemas/Gate"}}, "feeds": {"type": "array", "items": {"$ref": "#/components/schemas/FeedState"}},
      "held": {"type": "array", "items": {"$ref": "#/components/schemas/HeldPeriod"}}, "episodes": {"type": "array", "items": {"$ref": "#/components/schemas/EpisodeState"}},
      "silences": {"type": "array", "items": {"$ref": "#/components/schemas/Silence"}}, "explanations": {"type": "array", "items": {"$ref": "#/components/schemas/Explanation"}},
      "open_case": {"$ref": "#/components/schemas/Case"}, "owed": {"type": "array", "items": {"$ref": "#/components/schemas/Task"}},
      "decisions": {"type": "array", "items": {"$ref": "#/components/schemas/Decision"}, "description": "the last ones, oldest first"},
      "log_from": {"$ref": "#/components/schemas/Time", "description": "first record read for the answer; absent = live state"}, "log_cut": {"type": "boolean", "description": "the log has lost its beginning"}, "log_to": {"$ref": "#/components/schemas/Time", "description": "last record, if before the instant asked about"},
      "text": {"type": "array", "items": {"type": "string"}, "description": "the whole in words, line by line"}}},
    "TimelineEntry": {"type": "object", "properties": {"at": {"$ref": "#/components/schemas/Time"}, "source": {"type": "string", "description": "EVENT, SIGNAL, DECISION, CASE, TASK or NOTICE"},
      "kind": {"type": "string"}, "id": {"type": "string"}, "case_id": {"type": "string"}, "severity": {"$ref": "#/components/schemas/Severity"}, "staff_id": {"type": "string"}, "text": {"type": "string"}}},
    "GroupMember": {"type": "object", "properties": {"group_role": {"$ref": "#/components/schemas/GroupRole"}, "role": {"type": "string"}, "staff_id": {"type": "string"},
      "state": {"type": "string", "enum": ["INVITED", "ACCEPTED", "DECLINED", "REPLACED"]}}},
    "Milestone": {"type": "object", "properties": {"name": {"type": "string"}, "due_at": {"$ref": "#/components/schemas/Time"}, "met_at": {"$ref": "#/components/schemas/Time"},
      "breached_at": {"$ref": "#/components/schemas/Time"}, "fired_late_s": {"type": "integer"}}},
    "Case": {
      "type": "object",
      "properties": {"case_id": {"type": "string"}, "account_root": {"type": "string"}, "account_name": {"type": "string"}, "unit_id": {"type": "string"}, "grade": {"type": "string"},
        "case_class": {"type": "string", "enum": ["WATCH", "SUPERVISED_FOLLOW_UP", "EMERGENCY"]}, "severity": {"$ref": "#/components/schemas/Severity"}, "state": {"$ref": "#/components/schemas/CaseState"},
        "outcome": {"$ref": "#/components/schemas/Outcome"}, "proposed_outcome": {"$ref": "#/components/schemas/Outcome"}, "version": {"type": "integer", "description": "what expected_version means"},
        "opened_at": {"$ref": "#/components/schemas/Time"}, "updated_at": {"$ref": "#/components/schemas/Time"}, "level": {"type": "integer"}, "owner_staff_id": {"type": "string"}, "leader_role": {"type": "string"},
        "group": {"type": "array", "items": {"$ref": "#/components/schemas/GroupMember"}}, "signals": {"type": "array", "items": {"type": "string"}},
        "milestones": {"type": "array", "items": {"$ref": "#/components/schemas/Milestone"}}, "revenue_at_risk": {"$ref": "#/components/schemas/Money"}, "probability": {"type": "number"},
        "complaint_ids": {"type": "array", "items": {"type": "string"}}, "contacts": {"type": "array", "items": {"$ref": "#/components/schemas/Contact"}},
        "plan": {"$ref": "#/components/schemas/Plan"}, "report": {"$ref": "#/components/schemas/Report"}, "reopen_count": {"type": "integer"}, "lost": {"$ref": "#/components/schemas/Lost"},
        "ledger": {"$ref": "#/components/schemas/Ledger"}, "kinds": {"type": "array", "items": {"type": "string"}, "description": "of its signals, each once"},
        "merged_into": {"type": "string", "description": "MERGED: the case that goes on"}, "suspended_until": {"$ref": "#/components/schemas/Time"},
        "offers": {"type": "array", "items": {"$ref": "#/components/schemas/Offer"}}}
    },
    "DataGap": {"type": "object", "properties": {
      "gap_id": {"type": "string"}, "feed": {"type": "string"}, "region_code": {"type": "string", "description": "absent = every region"},
      "began_at": {"$ref": "#/components/schemas/Time", "description": "until when the feed was complete"},
      "opened_at": {"$ref": "#/components/schemas/Time", "description": "when its limit was reached"},
      "closed_at": {"$ref": "#/components/schemas/Time", "description": "absent = open"},
      "accounts_held": {"type": "integer", "description": "accounts that it delivered for in the 28 days before, over all partitions"}}},
    "Silence": {"type": "object", "description": "What is to be kept quiet; of account_root, unit_id and case_id one is set", "properties": {
      "silence_id": {"type": "string"}, "account_root": {"type": "string"}, "unit_id": {"type": "string", "description": "and the units below it"}, "case_id": {"type": "string"},
      "kinds": {"type": "array", "items": {"type": "string"}, "description": "only signals of these kinds are suppressed; none: notices wait and deadlines are held"},
      "from": {"$ref": "#/components/schemas/Time"}, "until": {"$ref": "#/components/schemas/Time"},
      "recurrence": {"type": "string", "description": "DAILY, WEEKLY or WEEKLY:MON,TUE, with ;UNTIL=YYYY-MM-DD if it ends; absent = once"},
      "author_staff_id": {"type": "string"}, "reason": {"type": "string"},
      "active_until": {"$ref": "#/components/schemas/Time", "description": "set while it is active"}}},
    "Contact": {"type": "object", "description": "The client was spoken to", "properties": {"at": {"$ref": "#/components/schemas/Time"}, "level": {"$ref": "#/components/schemas/ContactLevel"},
      "channel": {"$ref": "#/components/schemas/Channel"}, "staff_id": {"type": "string"}}},
    "Plan": {"type": "object", "properties": {"cause": {"type": "string"},
      "countermeasures": {"type": "array", "items": {"type": "object", "properties": {"text": {"type": "string"}, "owner_staff_id": {"type": "string"}, "due_at": {"$ref": "#/components/schemas/Time"}, "task_id": {"type": "string"}}}},
      "submitted_by": {"type": "string"}, "submitted_at": {"$ref": "#/components/schemas/Time"}, "approved_by": {"type": "string"}, "approved_at": {"$ref": "#/components/schemas/Time"}}},
    "Report": {"type": "object", "properties": {"cause": {"type": "string"}, "course": {"type": "string"}, "responsible": {"type": "string"}, "conclusion": {"type": "string"},
      "countermeasures": {"type": "string"}, "prevention": {"type": "string"}, "submitted_by": {"type": "string"}, "submitted_at": {"$ref": "#/components/schemas/Time"},
      "approved_by": {"type": "string"}, "approved_at": {"$ref": "#/components/schemas/Time"}}},
    "Offer": {"type": "object", "properties": {"at": {"$ref": "#/components/schemas/Time"}, "staff_id": {"type": "string"}, "amount": {"$ref": "#/components/schemas/Money"}, "text": {"type": "string"},
      "approval": {"type": "string", "enum": ["WITH_PLAN", "COLLECTIVE", "MARKET_DEPARTMENT"]}}},
    "Lost": {"type": "object", "description": "What a lost case owes", "additionalProperties": false, "properties": {"reason": {"type": "string"}, "destination": {"type": "string"}, "own_shortcomings": {"type": "string"}}},
    "Ledger": {"type": "object", "description": "When was what known and done", "properties": {"detected_at": {"$ref": "#/components/schemas/Time"}, "notified_at": {"$ref": "#/components/schemas/Time"},
      "acked_at": {"$ref": "#/components/schemas/Time"}, "reported_at": {"$ref": "#/components/schemas/Time"}, "analysed_at": {"$ref": "#/components/schemas/Time"},
      "unreported_churn": {"type": "boolean"}, "accountability": {"type": "boolean"}}},
    "ContactLevel": {"type": "string", "enum": ["EXECUTIVE", "MANAGER", "FRONT_LINE"]},
    "Channel": {"type": "string", "enum": ["VISIT", "PHONE", "MESSAGE", "FORUM"]},
    "Outcome": {"type": "string", "enum": ["RECOVERED", "PARTIALLY_RECOVERED", "LOST", "FALSE_ALARM", "KNOWN_CHANGE"]},
    "Task": {
      "type": "object",
      "properties": {"task_id": {"type": "string"}, "case_id": {"type": "string"}, "account_root": {"type": "string"}, "kind": {"type": "string"}, "assignee_staff_id": {"type": "string"},
        "assignee_role": {"type": "string"}, "state": {"$ref": "#/components/schemas/TaskState"}, "opened_at": {"$ref": "#/components/schemas/Time"}, "due_at": {"$ref": "#/components/schemas/Time"},
        "warned_at": {"type": "array", "items": {"$ref": "#/components/schemas/Time"}}, "closed_at": {"$ref": "#/components/schemas/Time"}, "detail": {"type": "string"}}
    },
    "PlannedMeasure": {"type": "object", "additionalProperties": false, "required": ["text", "owner_staff_id", "due_at"], "properties": {"text": {"type": "string"}, "owner_staff_id": {"type": "string"}, "due_at": {"$ref": "#/components/schemas/Time"}}},
    "Command": {
      "type": "object", "description": "Who, why, and exactly one action", "additionalProperties": false,
      "properties": {
        "case_id": {"type": "string", "description": "may be left out; if given, that of the path"},
        "actor_staff_id": {"type": "string", "description": "with tokens: the token's owner or absent"},
        "expected_version": {"type": "integer", "description": "0 or absent = any"},
        "reason": {"type": "string"},
        "ack": {"type": "object", "description": "The leader has seen the case; stops the escalation", "additionalProperties": false},
        "accept": {"type": "object", "description": "Takes a seat in the group", "additionalProperties": false, "required": ["group_role"],
          "properties": {"group_role": {"$ref": "#/components/schemas/GroupRole"}}},
        "decline": {"type": "object", "description": "Declines a seat; the next candidate is asked", "additionalProperties": false, "required": ["group_role"],
          "properties": {"group_role": {"$ref": "#/components/schemas/GroupRole"}}},
        "start": {"type": "object", "description": "The group begins to look for the cause", "additionalProperties": false},
        "plan": {"type": "object", "description": "Cause and countermeasures", "additionalProperties": false, "required": ["cause", "countermeasures"],
          "properties": {"cause": {"type": "string"}, "countermeasures": {"type": "array", "items": {"$ref": "#/components/schemas/PlannedMeasure"}}}},
        "approve_plan": {"type": "object", "description": "The leader approves the plan", "additionalProperties": false},
        "contact": {"type": "object", "description": "The client was spoken to", "additionalProperties": false, "required": ["level", "channel"],
          "properties": {"level": {"$ref": "#/components/schemas/ContactLevel"}, "channel": {"$ref": "#/components/schemas/Channel"}}},
        "update": {"type": "object", "description": "Progress in words", "additionalProperties": false, "required": ["text"],
          "properties": {"text": {"type": "string"}}},
        "done": {"type": "object", "description": "A task is done", "additionalProperties": false, "required": ["task_id"],
          "properties": {"task_id": {"type": "string"}}},
        "suspend": {"type": "object", "description": "The case rests, for at most 30 days; needs a reason", "additionalProperties": false, "required": ["until"],
          "properties": {"until": {"$ref": "#/components/schemas/Time"}}},
        "resume": {"type": "object", "description": "A suspended case goes on", "additionalProperties": false},
        "resolve": {"type": "object", "description": "How it ended; FALSE_ALARM and KNOWN_CHANGE need reason and approver, LOST the loss analysis", "additionalProperties": false, "required": ["outcome"],
          "properties": {"outcome": {"$ref": "#/components/schemas/Outcome"}, "lost": {"$ref": "#/components/schemas/Lost"}, "approver_staff_id": {"type": "string"}}},
        "report": {"type": "object", "description": "The analysis report", "additionalProperties": false,
          "properties": {"cause": {"type": "string"}, "course": {"type": "string"}, "responsible": {"type": "string"}, "conclusion": {"type": "string"}, "countermeasures": {"type": "string"}, "prevention": {"type": "string"}, "lost": {"$ref": "#/components/schemas/Lost"}}},
        "approve_report": {"type": "object", "description": "The leader approves the report", "additionalProperties": false},
        "close": {"type": "object", "description": "Closes the case", "additionalProperties": false},
        "merge": {"type": "object", "description": "The case goes on in another one", "additionalProperties": false, "required": ["into_case_id"],
          "properties": {"into_case_id": {"type": "string"}}},
        "lower_severity": {"type": "object", "description": "Severity never falls by itself; needs a reason", "additionalProperties": false, "required": ["severity"],
          "properties": {"severity": {"$ref": "#/components/schemas/Severity"}}},
        "transfer": {"type": "object", "description": "Hands the case over; the owner stays responsible until the other one accepts", "additionalProperties": false, "required": ["to_staff_id"],
          "properties": {"to_staff_id": {"type": "string"}}},
        "accept_transfer": {"type": "object", "description": "Takes over a case that was handed over", "additionalProperties": false},
        "assign_task": {"type": "object", "description": "A task for somebody", "additionalProperties": false, "required": ["staff_id", "text", "due_at"],
          "properties": {"staff_id": {"type": "string"}, "text": {"type": "string"}, "due_at": {"$ref": "#/components/schemas/Time"}}},
        "add_member": {"type": "object", "description": "Somebody joins the group", "additionalProperties": false, "required": ["staff_id", "group_role"],
          "properties": {"staff_id": {"type": "string"}, "group_role": {"$ref": "#/components/schemas/GroupRole"}}},
        "offer": {"type": "object", "description": "An offer to keep the client", "additionalProperties": false, "required": ["amount", "text"],
          "properties": {"amount": {"$ref": "#/components/schemas/Money"}, "text": {"type": "string"}}}
      },
      "oneOf": [
        {"required": ["ack"]}, {"required": ["accept"]}, {"required": ["decline"]}, {"required": ["start"]},
        {"required": ["plan"]}, {"required": ["approve_plan"]}, {"required": ["contact"]}, {"required": ["update"]},
        {"required": ["done"]}, {"required": ["suspend"]}, {"required": ["resume"]}, {"required": ["resolve"]},
        {"required": ["report"]}, {"required": ["approve_report"]}, {"required": ["close"]}, {"required": ["merge"]},
        {"required": ["lower_severity"]}, {"required": ["transfer"]}, {"required": ["accept_transfer"]}, {"required": ["assign_task"]},
        {"required": ["add_member"]}, {"required": ["offer"]}
      ]
    },
    "Reload": {
      "type": "object", "required": ["result", "exceeds_limit", "max_affected_pct", "min_affected", "plan"],
      "properties": {
        "result": {"type": "string", "enum": ["PLANNED", "UNCHANGED", "ACTIVATED", "ROLLED_BACK", "PENDING"]},
        "exceeds_limit": {"type": "boolean", "description": "Without force it is refused"},
        "max_affected_pct": {"type": "integer"}, "min_affected": {"type": "integer"},
        "detail": {"type": "string"},
        "plan": {"$ref": "#/components/schemas/ReloadPlan"}}
    },
    "ReloadPlan": {
      "type": "object", "description": "What another configuration would change, summed over the partitions of this instance: with several, ask each of them",
      "properties": {
        "partitions": {"type": "integer", "description": "Of so many it speaks: those that this instance owns"}, "partitions_total": {"type": "integer"}, "revision_from": {"type": "string"}, "revision_to": {"type": "string"},
        "changes_nothing": {"type": "boolean"}, "rolled_back": {"type": "boolean", "description": "It was rolled back and comes back by force only"},
        "accounts": {"type": "integer"},
        "accounts_watched": {"type": "integer", "description": "Under either configuration"},
        "accounts_affected": {"type": "integer", "description": "Of those: watched, key account, grade or unit change, or nobody would lead a case"},
        "cases": {"type": "integer", "description": "Open, and those that would open"},
        "cases_affected": {"type": "integer", "description": "Of those: open, rise, close, or another person as owner, seat, next level or holder of a task"},
        "evaluation_from": {"$ref": "#/components/schemas/Time"}, "evaluation_to": {"$ref": "#/components/schemas/Time"},
        "changes": {"type": "array", "items": {"type": "object", "properties": {
          "kind": {"type": "string", "enum": ["WATCHED", "KEY_ACCOUNT", "GRADE", "UNIT", "LEADER", "CASE_OPENS", "CASE_RISES", "CASE_CLOSES", "OWNER", "SEAT", "NEXT_LEVEL", "TASK_HOLDER", "UNMEASURED", "SEVERITY", "DEADLINE", "CADENCE"],
            "description": "CASE_OPENS and CASE_RISES: at the next evaluation, if its period is like the last one. DEADLINE and SEVERITY: what would be set now; what runs stays as it is."},
          "count": {"type": "integer"},
          "examples": {"type": "array", "items": {"type": "object", "properties": {
            "account_root": {"type": "string"}, "case_id": {"type": "string"}, "task_id": {"type": "string"},
            "what": {"type": "string", "description": "Row, seat, post or task"}, "from": {"type": "string"}, "to": {"type": "string"}}}}}}}}
    },
    "IngestResult": {
      "type": "object", "required": ["accepted", "rejected"],
      "properties": {"accepted": {"type": "integer"}, "rejected": {"type": "integer"},
        "errors": {"type": "array", "items": {"type": "object", "properties": {"line": {"type": "integer"}, "reason": {"type": "string"}, "detail": {"type": "string"}}}}}
    }
  }
}
})json";

std::string_view openapi_json() { return kDocument; }

}  // namespace aw::http
