#include "liteship/cli.h"

int main(int argc, char** argv) { return liteship::run_cli(argc, argv); }
