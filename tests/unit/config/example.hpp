// A small world that shows every kind of field, for the tests of config.
#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/config/reader.hpp"

namespace example {

using namespace taubar;
using namespace taubar::config;

struct LawSpec : Described {};
const Catalogue<LawSpec>& laws();

struct Constant final : LawSpec {
  double value = 0;
  void fields(Fields& f) override { f.quantity("value", value, non_negative, "the value", required); }
};

struct Clip {
  std::optional<double> low, high;
  void fields(Fields& f) {
    f.quantity("low", low, non_negative, "lower bound");
    f.quantity("high", high, non_negative, "upper bound");
  }
};

struct Uniform final : LawSpec {
  double low = 0, high = 1;
  std::optional<Clip> clip;
  void fields(Fields& f) override {
    f.quantity("low", low, non_negative, "smallest value");
    f.quantity("high", high, non_negative, "largest value", required);
    f.object("clip", clip, "bounds to which values move");
    f.demand(low <= high, "high", "is below low; accepted is high >= low");
  }
};

struct Mixture final : LawSpec {
  std::vector<double> weights;
  std::vector<Choice<LawSpec>> components;
  void fields(Fields& f) override {
    f.reals("weights", weights, positive, "relative weights", required);
    f.choices("components", components, laws(), "the parts", required);
    f.demand(weights.size() == components.size(), "weights", "must be as many as components");
  }
};

struct Empirical final : LawSpec {
  std::vector<double> samples;
  void fields(Fields& f) override { f.quantities("samples", samples, non_negative, "values", required); }
};

struct State {
  Choice<LawSpec> hold, time;
  void fields(Fields& f) {
    f.choice("hold", hold, laws(), "how long", required, Unit::duration);
    f.choice("time", time, laws(), "the law in this state", required, f.unit());
  }
};

struct Modulated final : LawSpec {
  std::vector<State> states;
  void fields(Fields& f) override { f.list("states", states, "in cyclic order", required); }
};

template <class T>
std::shared_ptr<LawSpec> make() {
  return std::make_shared<T>();
}
inline const Entry<LawSpec> constant{"constant", "always the same", "", R"({"kind":"constant","value":1})",
                                     make<Constant>};
inline const Entry<LawSpec> empirical{"empirical", "one of the samples", "",
                                      R"({"kind":"empirical","samples":[1,2]})", make<Empirical>};
inline const Entry<LawSpec> mixture{"mixture", "one of several laws", "",
                                    R"({"kind":"mixture","weights":[1],"components":[1]})", make<Mixture>};
inline const Entry<LawSpec> modulated{"modulated", "a law that changes", "Author, 1999",
                                      R"({"kind":"modulated","states":[{"hold":1,"time":2}]})",
                                      make<Modulated>};
inline const Entry<LawSpec> uniform{"uniform", "equally likely", "", R"({"kind":"uniform","high":2})",
                                    make<Uniform>};

inline const Catalogue<LawSpec>& laws() {
  static const Entry<LawSpec>* const entries[] = {&constant, &empirical, &mixture, &modulated, &uniform};
  static const Catalogue<LawSpec> catalogue("law", entries, "constant", "value");
  return catalogue;
}

/// A catalogue without shorthand.
struct ShapeSpec : Described {};
struct Ring final : ShapeSpec {
  std::int64_t agents = 0;
  void fields(Fields& f) override { f.integer("agents", agents, at_least(2), "number of agents", required); }
};
struct Grid final : ShapeSpec {
  std::int64_t rows = 2, columns = 3;
  void fields(Fields& f) override {
    f.integer("rows", rows, at_least(1), "rows");
    f.integer("columns", columns, at_least(1), "columns");
  }
};
inline const Entry<ShapeSpec> grid{"grid", "a lattice", "", R"({"kind":"grid"})",
                                   []() -> std::shared_ptr<ShapeSpec> { return std::make_shared<Grid>(); }};
inline const Entry<ShapeSpec> ring{"ring", "a cycle", "", R"({"kind":"ring","agents":4})",
                                   []() -> std::shared_ptr<ShapeSpec> { return std::make_shared<Ring>(); }};
inline const Catalogue<ShapeSpec>& shapes() {
  static const Entry<ShapeSpec>* const entries[] = {&grid, &ring};
  static const Catalogue<ShapeSpec> catalogue("topology", entries);
  return catalogue;
}

enum class Order { as_the_method_wants, unordered, fifo };

struct Straggler {
  Selection agents;
  Choice<LawSpec> add;
  double probability_of_it = 1;
  std::optional<std::pair<double, double>> during;
  void fields(Fields& f) {
    f.selection("agents", agents, "whom it slows");
    f.choice("add", add, laws(), "added time", optional, Unit::duration);
    f.real("probability", probability_of_it, probability, "per step");
    f.interval("during", during, "when");
    f.demand(bool(add), "", "a rule without effect; give add");
  }
};

struct Limits {
  std::int64_t rounds = 10;
  void fields(Fields& f) { f.integer("rounds", rounds, between(1, 100), "at most"); }
};

struct Every {
  std::optional<double> virtual_time;
  std::optional<std::int64_t> updates;
  void fields(Fields& f) {
    f.measure("virtual_time", virtual_time, Unit::duration, positive, "span");
    f.integer("updates", updates, at_least(1), "steps");
    f.demand(virtual_time.has_value() != updates.has_value(), "",
             "one of virtual_time and updates is accepted");
  }
};

struct Scenario {
  std::string name, data, data_resolved;
  std::int64_t seed = 1;
  std::optional<std::int64_t> replicates;
  bool verbose = false;
  double step = 0.5, memory = 1024, wait = 0;
  std::optional<double> tolerance, bandwidth;
  Order order = Order::as_the_method_wants;
  std::vector<double> weights;
  std::vector<std::int64_t> sizes;
  std::vector<std::string> metrics{"consensus_error"};
  Matrix curvatures;
  Limits limits;
  std::optional<Clip> clip;
  std::optional<Every> every;
  Choice<ShapeSpec> topology;
  Choice<LawSpec> latency, factor;
  std::vector<Straggler> stragglers;

  void fields(Fields& f) {
    f.text("name", name, "what it is called");
    f.integer("seed", seed, non_negative, "of all random numbers");
    f.integer("replicates", replicates, at_least(1), "how many runs");
    f.flag("verbose", verbose, "say more");
    f.real("step", step, Range{0, 1, true, false}, "step size");
    f.real("tolerance", tolerance, positive, "when to stop");
    f.measure("memory", memory, Unit::size, at_least(1), "at most");
    f.measure("wait", wait, Unit::duration, non_negative, "before the start");
    f.measure("bandwidth", bandwidth, Unit::rate, positive, "of a link");
    f.one_of("order", order, {{"unordered", Order::unordered}, {"fifo", Order::fifo}}, "of messages");
    f.reals("weights", weights, non_negative, "numbers");
    f.integers("sizes", sizes, at_least(1), "counts");
    f.words("metrics", metrics, "what to record");
    f.matrix("curvatures", curvatures, positive, "n×d");
    f.file("data", data, data_resolved, "samples");
    f.object("limits", limits, "when to give up");
    f.object("clip", clip, "bounds");
    f.object("every", every, "how often", "virtual_time");
    f.choice("topology", topology, shapes(), "who talks to whom", required);
    f.choice("latency", latency, laws(), "of a message", optional, Unit::duration);
    f.choice("factor", factor, laws(), "multiplies");
    f.list("stragglers", stragglers, "who is slow");
  }
};

/// Every key at least once, in the order of the fields.
inline const std::string full_text = R"({
  "name": "agp", "seed": 7, "replicates": 3, "verbose": true, "step": 0.25, "tolerance": 1e-9,
  "memory": "64KiB", "wait": "1.5min", "bandwidth": "10Gbps", "order": "fifo",
  "weights": [1, 2.5, 0], "sizes": [3, 4], "metrics": ["a", "b"],
  "curvatures": [[1, 2], [3, 4], [5, 6]],
  "limits": { "rounds": 20 }, "clip": { "low": 1, "high": 2 }, "every": "100ms",
  "topology": { "kind": "grid", "rows": 5 },
  "latency": { "kind": "mixture", "weights": [1, 3],
               "components": [ "5ms", { "kind": "uniform", "low": "1us", "high": 0.25, "clip": { "high": "3s" } } ] },
  "factor": { "kind": "modulated", "states": [ { "hold": "2s", "time": 3 }, { "hold": 1, "time": { "kind": "empirical", "samples": [1, 2] } } ] },
  "stragglers": [ { "agents": [3, 7], "add": "50ms" },
                  { "agents": { "fraction": 0.25 }, "add": 1, "probability": 0.5, "during": ["1s", 10] },
                  { "agents": { "first": 4 }, "add": 2 },
                  { "agents": "all", "add": { "kind": "constant", "value": "1h" } } ]
})";

inline Scenario read_text(const std::string& text, const ReadOptions& options = {},
                          const std::string& file = "s.json") {
  Scenario scenario;
  read(
      Document::parse(text, file), [&](Fields& f) { scenario.fields(f); }, options);
  return scenario;
}

/// A text in which `more` stands beside what is required.
inline std::string with(const std::string& more) { return R"({"topology":{"kind":"grid"},)" + more + "}"; }

/// The complaints about a text; none if it is accepted.
inline std::vector<std::string> complaints(const std::string& text, const ReadOptions& options = {}) {
  try {
    read_text(text, options);
    return {};
  } catch (const InputError& error) {
    return error.complaints();
  }
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A directory of its own, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    auto pattern = (std::filesystem::temp_directory_path() / "taubar-config-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace example
