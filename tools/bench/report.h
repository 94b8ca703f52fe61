#ifndef AIGATEWAY_TOOLS_BENCH_REPORT_H_
#define AIGATEWAY_TOOLS_BENCH_REPORT_H_

#include <string>
#include <vector>

namespace aigateway::bench {

// What was measured, as two Markdown tables: figures of each subject, and the
// bounds of the design with what was found.
class Report {
 public:
  // A figure of one subject.
  void Figure(const std::string& what, const std::string& subject,
              const std::string& value);
  // A row of the design: what, its bound, what was found and whether it is met.
  void Row(const std::string& what, const std::string& bound,
           const std::string& found, bool met);

  std::string Markdown() const;
  bool all_met() const;

 private:
  struct Bound {
    std::string what;
    std::string bound;
    std::string found;
    bool met;
  };
  std::vector<std::vector<std::string>> figures_;
  std::vector<Bound> rows_;
};

// A number with as many digits as one reads: "0.87", "13.2", "48", "31,400".
std::string Number(double value);

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_REPORT_H_
