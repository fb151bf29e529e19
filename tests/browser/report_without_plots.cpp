// report_without_plots FOLDER: what `halfstep report` does in a build that found no uPlot.
#include "halfstep/report/report.hpp"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    halfstep::write_report(argv[1]);
    return 0;
}
