#include "tools/bench/report.h"

#include <cmath>
#include <cstdint>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace aigateway::bench {

std::string Number(double value) {
  const double size = std::abs(value);
  if (size < 10) return absl::StrFormat("%.2f", value);
  if (size < 30) return absl::StrFormat("%.1f", value);
  std::string digits = absl::StrCat(static_cast<int64_t>(std::lround(size)));
  for (int place = static_cast<int>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<size_t>(place), ",");
  }
  return value < 0 ? "-" + digits : digits;
}

void Report::Figure(const std::string& what, const std::string& subject,
                    const std::string& value) {
  std::cout << what << " | " << subject << " | " << value << std::endl;
  figures_.push_back({what, subject, value});
}

void Report::Row(const std::string& what, const std::string& bound,
                 const std::string& found, bool met) {
  std::cout << (met ? "met      " : "NOT MET  ") << what << ": " << found
            << " (bound " << bound << ")" << std::endl;
  rows_.push_back({what, bound, found, met});
}

std::string Report::Markdown() const {
  std::string text = "| what | bound | found | |\n| --- | --- | --- | --- |\n";
  for (const Bound& row : rows_) {
    absl::StrAppend(&text, "| ", row.what, " | ", row.bound, " | ", row.found,
                    " | ", row.met ? "met" : "**not met**", " |\n");
  }
  absl::StrAppend(&text, "\n| measured | of | value |\n| --- | --- | --- |\n");
  std::string last;
  for (const auto& figure : figures_) {
    absl::StrAppend(&text, "| ", figure[0] == last ? "" : figure[0], " | ",
                    figure[1], " | ", figure[2], " |\n");
    last = figure[0];
  }
  return text;
}

bool Report::all_met() const {
  for (const Bound& row : rows_) {
    if (!row.met) return false;
  }
  return true;
}

}  // namespace aigateway::bench
