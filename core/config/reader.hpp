// Reading: a document into a struct, with every problem of the file reported at once.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/config/document.hpp"
#include "core/config/fields.hpp"

namespace taubar::config {

struct ReadOptions {
  std::vector<std::string> data_directories;  ///< sought after the document's own directory, in order
};

/// Reads the document's root object through `fields`. Unknown keys, wrong types, missing keys, values out of
/// range, failed demands and missing files are collected; if there is any, throws InputError with all of them
/// in the order of the file. Integers are exact JSON integers (16, not 16.0, 1e3 or true). A key that is read
/// but null is an error.
void read(const Document& document, const std::function<void(Fields&)>& fields,
          const ReadOptions& options = {});

/// The same values as a JSON object: every field with its resolved value, in declaration order; absent
/// optionals are left out; files as written; quantities as numbers in seconds, bytes, bits per second.
Json echo(const std::function<void(Fields&)>& fields);

struct NamedFile {
  std::string as_written, resolved;
};
/// The same, and adds the files that the values name, in declaration order.
Json echo(const std::function<void(Fields&)>& fields, std::vector<NamedFile>& files);

/// JSON Schema (2020-12) of an object with these fields. Catalogues become `oneOf` over `kind` in "$defs". It
/// accepts all that read() accepts, and more: it knows no demands, takes 16.0 for 16, and no limits of
/// strings such as "5ms".
Json schema(const std::function<void(Fields&)>& fields, std::string_view title);

/// One parameter, for `taubar list`; those of nested objects as "clip.low", of lists as "states[].hold".
struct ParameterDoc {
  std::string name, type, range, default_value, doc;  ///< default_value "" and required: must be given
  bool required = false;
};
std::vector<ParameterDoc> parameters(const std::function<void(Fields&)>& fields);

}  // namespace taubar::config
