// The one file that knows SQLite.
#include "sim/sweep/store.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>

#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "sim/report/version.hpp"
#include "sim/sweep/digest.hpp"
#include "sim/sweep/places.hpp"

namespace taubar::sweep {
namespace {

constexpr int application = 0x74617562;  // "taub": tells a store from other databases
constexpr int patience_ms = 5000;        // for readers of the same file

constexpr const char* tables = R"(
CREATE TABLE sweep (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,      -- hash of the resolved scenario
  point INTEGER NOT NULL,        -- of the plan; -1: the sweep no longer has it
  seed INTEGER NOT NULL,
  parameters TEXT NOT NULL,      -- JSON
  status TEXT NOT NULL,
  exit_code INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  error TEXT NOT NULL,
  wall_seconds REAL NOT NULL,
  begun TEXT NOT NULL,           -- UTC
  ended TEXT NOT NULL,
  figures TEXT NOT NULL,         -- that the digest answers
  digest TEXT NOT NULL);
CREATE TABLE payloads (
  id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  summary TEXT NOT NULL,         -- JSON, as taubar run --json
  descents BLOB NOT NULL);
CREATE TABLE under_way (key TEXT NOT NULL, point INTEGER NOT NULL, seed INTEGER NOT NULL, parameters TEXT NOT NULL, by TEXT NOT NULL, since TEXT NOT NULL);
CREATE VIEW results AS
  SELECT key, point, seed, parameters, status, exit_code, fingerprint, error, wall_seconds, begun, ended, summary
  FROM runs JOIN payloads USING (id) ORDER BY point, seed;
)";

[[noreturn]] void fail(sqlite3* database, const std::string& file) {
  const int code = database ? sqlite3_errcode(database) & 0xff : SQLITE_NOMEM;
  const std::string why = database ? sqlite3_errmsg(database) : "out of memory";
  if (code == SQLITE_NOTADB) throw ForeignStore(file + ": is no store of a sweep; take another --out, or move it away");
  if (code == SQLITE_CORRUPT) throw ForeignStore(file + ": is damaged (" + why + "); take another --out, or move it away");
  if (code == SQLITE_FULL) throw EnvironmentError(file + ": the disk is full; what was written before is kept, and the same command goes on from there");
  throw EnvironmentError(file + ": " + why);
}

}  // namespace

/// The connection, with the statements that one needs again and again.
struct Store::Database {
  sqlite3* handle = nullptr;
  std::string file;
  ~Database() { sqlite3_close_v2(handle); }

  void open(const std::string& path, int flags) {
    file = path;
    if (sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) fail(handle, file);
    sqlite3_busy_timeout(handle, patience_ms);
  }
  void run(const std::string& sql) {
    if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle, file);
  }
  std::string text_of(const std::string& sql);
};

namespace {

/// A prepared statement; ? are bound in order.
class Statement {
 public:
  Statement(sqlite3* database, const std::string& file, const std::string& sql) : database_(database), file_(file) {
    if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK) fail(database, file);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;

  template <class... Values>
  Statement& bind(const Values&... values) {
    sqlite3_reset(statement_);
    bound_ = 0;
    (put(values), ...);
    return *this;
  }
  /// Whether there is another row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail(database_, file_);
    return code == SQLITE_ROW;
  }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  double real(int column) const { return sqlite3_column_double(statement_, column); }
  /// Until the next step.
  std::string_view view(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    return bytes ? std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : "";
  }
  std::string text(int column) const { return std::string(view(column)); }

 private:
  struct Blob {
    const std::string& bytes;
  };

 public:
  static Blob blob(const std::string& bytes) { return {bytes}; }

 private:
  void put(const std::string& text) { sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_STATIC); }
  void put(const Blob& blob) { sqlite3_bind_blob64(statement_, ++bound_, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC); }
  void put(std::int64_t value) { sqlite3_bind_int64(statement_, ++bound_, value); }
  void put(int value) { sqlite3_bind_int(statement_, ++bound_, value); }
  void put(double value) { sqlite3_bind_double(statement_, ++bound_, value); }

  sqlite3* database_;
  const std::string& file_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

/// All that is done while it lives, or nothing.
class Transaction {
 public:
  explicit Transaction(sqlite3* database, const std::string& file) : database_(database), file_(file) { run("BEGIN IMMEDIATE"); }
  ~Transaction() {
    if (!committed_) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  Transaction(const Transaction&) = delete;
  void commit() {
    run("COMMIT");
    committed_ = true;
  }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(database_, file_);
  }
  sqlite3* database_;
  const std::string& file_;
  bool committed_ = false;
};

std::string json_text(const Parameters& parameters) {
  config::Json json = config::Json::object();
  for (const auto& [pointer, value] : parameters) json[pointer] = value;
  return json.dump();
}

std::string joined(const std::vector<std::string>& figures) {
  std::string all;
  for (const auto& figure : figures) all += figure + "\n";
  return all;
}

std::string store_file(const std::string& directory) { return directory + "/results.sqlite"; }

}  // namespace

std::string Store::Database::text_of(const std::string& sql) {
  Statement statement(handle, file, sql);
  return statement.step() ? statement.text(0) : "";
}

Store::Store(const std::string& directory, const std::string& sweep)
    : file_(directory.empty() ? ":memory:" : store_file(directory)), sweep_(sweep), database_(std::make_unique<Database>()) {
  database_->open(file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // A sweep that was ended before its first row leaves an empty file, which is as good as none.
  const bool empty = database_->text_of("SELECT count(*) FROM sqlite_master") == "0" && database_->text_of("PRAGMA application_id") == "0";
  if (!empty) check_identity(sweep);
  database_->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
  if (empty) create(sweep);
}

Store::Store(const std::string& directory) : file_(store_file(directory)), database_(std::make_unique<Database>()) {
  if (!std::filesystem::exists(file_)) throw InputError(file_ + ": there is no such store; accepted is a directory that taubar sweep --out has written");
  database_->open(file_, SQLITE_OPEN_READWRITE);
  check_identity("");
}

Store::~Store() = default;

void Store::create(const std::string& sweep) {
  Transaction transaction(database_->handle, file_);
  database_->run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", application, store_format));
  database_->run(tables);
  Statement say(database_->handle, file_, "INSERT INTO sweep VALUES (?, ?)");
  for (const auto& [name, value] : {std::pair<std::string, std::string>("name", sweep), {"result_version", std::to_string(result_version)},
                                    {"created", utc_now()}, {"created_by", "taubar " + report::version() + " (" + report::source_revision() + ")"}})
    say.bind(name, value).step();
  transaction.commit();
}

void Store::check_identity(const std::string& sweep) {
  const std::string remedy = "; take another --out, or move it away";
  if (database_->text_of("PRAGMA application_id") != std::to_string(application)) throw ForeignStore(file_ + ": is no store of a sweep" + remedy);
  if (const auto format = database_->text_of("PRAGMA user_version"); format != std::to_string(store_format))
    throw ForeignStore(fmt::format("{}: is a store of format {}, this program writes {}{}", file_, format, store_format, remedy));
  const auto said = [&](const char* name) { return database_->text_of(fmt::format("SELECT value FROM sweep WHERE name = '{}'", name)); };
  if (const auto version = said("result_version"); version != std::to_string(result_version))
    throw ForeignStore(fmt::format("{}: has results of version {}, this program gives version {}{}", file_, version, result_version, remedy));
  sweep_ = said("name");
  if (!sweep.empty() && sweep != sweep_) throw ForeignStore(fmt::format("{}: belongs to the sweep \"{}\", not to \"{}\"{}", file_, sweep_, sweep, remedy));
}

std::vector<Status> Store::statuses(const Plan& plan) const {
  std::vector<Status> statuses(plan.runs.size(), Status::pending);
  Places places(plan);
  Statement all(database_->handle, file_, "SELECT key, point, seed, status FROM runs");
  while (all.step())
    if (const auto at = places.of(all.view(0), all.integer(1), all.integer(2))) statuses[*at] = status_named(all.view(3));
  return statuses;
}

std::vector<Status> Store::renumber(const Plan& plan) {
  std::vector<Status> statuses(plan.runs.size(), Status::pending);
  std::vector<std::size_t> moved;
  std::vector<std::string> gone;
  {
    Places places(plan);
    Statement all(database_->handle, file_, "SELECT key, point, seed, status FROM runs");
    while (all.step()) {
      const auto at = places.of(all.view(0), all.integer(1), all.integer(2));
      if (at) statuses[*at] = status_named(all.view(3));
      if (at && all.integer(1) != plan.runs[*at].point) moved.push_back(*at);
      if (!at && all.integer(1) != -1) gone.push_back(all.text(0));
    }
  }
  if (moved.empty() && gone.empty()) return statuses;
  Transaction transaction(database_->handle, file_);
  Statement move(database_->handle, file_, "UPDATE runs SET point = ?, seed = ?, parameters = ? WHERE key = ?");
  for (const std::size_t i : moved) move.bind(plan.runs[i].point, plan.runs[i].seed, json_text(plan.parameters(plan.runs[i])), plan.runs[i].key).step();
  Statement drop(database_->handle, file_, "UPDATE runs SET point = -1 WHERE key = ?");
  for (const auto& key : gone) drop.bind(key).step();
  transaction.commit();
  return statuses;
}

void Store::write(const Plan& plan, const std::vector<Finished>& finished, const std::string& figures, const std::vector<Begun>& begun) {
  Transaction transaction(database_->handle, file_);
  Statement remove(database_->handle, file_, "DELETE FROM runs WHERE key = ?");
  Statement row(database_->handle, file_,
                "INSERT INTO runs (key, point, seed, parameters, status, exit_code, fingerprint, error, wall_seconds, begun, ended, figures, digest) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  Statement payload(database_->handle, file_, "INSERT INTO payloads VALUES (?, ?, ?)");
  for (const auto& [index, o] : finished) {
    const PlannedRun& run = plan.runs[index];
    remove.bind(run.key).step();
    row.bind(run.key, run.point, run.seed, json_text(plan.parameters(run)), std::string(name(o.status)), o.exit_code,
             o.fingerprint, o.error, o.wall_seconds, o.begun, o.ended, figures, o.digest)
        .step();
    payload.bind(static_cast<std::int64_t>(sqlite3_last_insert_rowid(database_->handle)), o.summary, Statement::blob(o.descents)).step();
  }
  database_->run("DELETE FROM under_way");
  Statement under_way(database_->handle, file_, "INSERT INTO under_way VALUES (?, ?, ?, ?, ?, ?)");
  for (const Begun& one : begun) {
    const PlannedRun& run = plan.runs[one.run];
    under_way.bind(run.key, run.point, run.seed, json_text(plan.parameters(run)), one.by, one.since).step();
  }
  transaction.commit();
}

std::vector<UnderWay> Store::under_way() const {
  std::vector<UnderWay> all;
  Statement rows(database_->handle, file_, "SELECT key, parameters, by, since, point, seed FROM under_way ORDER BY point, seed");
  while (rows.step()) all.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.integer(4), rows.integer(5)});
  return all;
}

std::vector<RunRow> Store::rows(const Plan& plan, const std::vector<std::string>& figures) {
  std::vector<RunRow> rows(plan.runs.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const PlannedRun& run = plan.runs[i];
    rows[i].point = run.point;
    rows[i].seed = run.seed;
    rows[i].parameters = plan.points[static_cast<std::size_t>(run.point)];
  }
  Places places(plan);
  const std::string wanted = joined(figures);
  std::vector<std::pair<std::int64_t, std::size_t>> stale;
  {
    Statement all(database_->handle, file_, "SELECT key, point, seed, status, exit_code, error, wall_seconds, figures = ?, digest, id FROM runs");
    for (all.bind(wanted); all.step();) {
      const auto at = places.of(all.view(0), all.integer(1), all.integer(2));
      if (!at) continue;
      RunRow& row = rows[*at];
      row.status = status_named(all.view(3));
      row.exit_code = static_cast<int>(all.integer(4));
      row.error = all.text(5);
      row.wall_seconds = all.real(6);
      if (all.integer(7) != 0)
        restore(all.view(8), row);
      else
        stale.emplace_back(all.integer(9), *at);
    }
  }
  if (stale.empty()) return rows;
  Transaction transaction(database_->handle, file_);
  Statement whole(database_->handle, file_, "SELECT summary, descents FROM payloads WHERE id = ?");
  Statement renew(database_->handle, file_, "UPDATE runs SET figures = ?, digest = ? WHERE id = ?");
  for (const auto& [id, at] : stale) {
    whole.bind(id).step();
    const auto summary = whole.text(0);
    const auto text = summary.empty() ? "" : digest(figures, config::Json::parse(summary), unpack(whole.text(1)));
    restore(text, rows[at]);
    renew.bind(wanted, text, id).step();
  }
  transaction.commit();
  return rows;
}

void Store::each(const std::function<void(const StoredRun&)>& visit) const {
  Statement all(database_->handle, file_,
                "SELECT key, point, seed, parameters, status, exit_code, error, wall_seconds, begun, ended, summary "
                "FROM runs JOIN payloads USING (id) ORDER BY point, seed, key");
  StoredRun run;
  while (all.step()) {
    run.key = all.text(0);
    run.point = all.integer(1);
    run.seed = all.integer(2);
    run.parameters = all.text(3);
    run.status = all.text(4);
    run.exit_code = static_cast<int>(all.integer(5));
    run.error = all.text(6);
    run.wall_seconds = all.real(7);
    run.begun = all.text(8);
    run.ended = all.text(9);
    run.summary = all.text(10);
    visit(run);
  }
}

double Store::mean_seconds() const {
  Statement mean(database_->handle, file_, "SELECT coalesce(avg(wall_seconds), 0) FROM runs WHERE status IN ('done', 'failed')");
  return mean.step() ? mean.real(0) : 0;
}

std::int64_t Store::count() const {
  Statement count(database_->handle, file_, "SELECT count(*) FROM runs");
  return count.step() ? count.integer(0) : 0;
}

std::int64_t Store::merge(const std::string& directory) {
  const Store other(directory);
  if (other.sweep_ != sweep_) throw ForeignStore(fmt::format("{}: belongs to the sweep \"{}\", not to \"{}\"", other.file_, other.sweep_, sweep_));
  Statement attach(database_->handle, file_, "ATTACH DATABASE ? AS other");
  attach.bind(other.file_).step();
  struct Detached {
    sqlite3* database;
    ~Detached() { sqlite3_exec(database, "DETACH DATABASE other", nullptr, nullptr, nullptr); }
  } detached{database_->handle};
  Transaction transaction(database_->handle, file_);
  {
    Statement conflict(database_->handle, file_,
                       "SELECT key, a.fingerprint, b.fingerprint FROM main.runs a JOIN other.runs b USING (key) "
                       "WHERE a.status = 'done' AND b.status = 'done' AND a.fingerprint <> b.fingerprint LIMIT 1");
    if (conflict.step())
      throw InputError(fmt::format("{}: the run {} has the fingerprint {} there and {} in {}; one of them was made by a program or on a machine "
                                   "that gives other results, and nothing was taken",
                                   other.file_, conflict.text(0), conflict.text(2), conflict.text(1), file_));
  }
  database_->run(
      "CREATE TEMP TABLE taken AS SELECT b.id FROM other.runs b LEFT JOIN main.runs a USING (key) "
      "WHERE a.key IS NULL OR (a.status <> 'done' AND b.status = 'done');"
      "DELETE FROM main.runs WHERE key IN (SELECT key FROM other.runs WHERE id IN temp.taken)");
  const std::string columns = "key, point, seed, parameters, status, exit_code, fingerprint, error, wall_seconds, begun, ended, figures, digest";
  database_->run("INSERT INTO main.runs (" + columns + ") SELECT " + columns + " FROM other.runs WHERE id IN temp.taken");
  database_->run(
      "INSERT INTO main.payloads SELECT a.id, p.summary, p.descents FROM temp.taken t JOIN other.runs b ON b.id = t.id "
      "JOIN main.runs a ON a.key = b.key JOIN other.payloads p ON p.id = t.id");
  const auto taken = std::stoll(database_->text_of("SELECT count(*) FROM temp.taken"));
  database_->run("DROP TABLE temp.taken");
  transaction.commit();
  return taken;
}

std::string Store::integrity() const { return database_->text_of("PRAGMA integrity_check"); }

}  // namespace taubar::sweep
