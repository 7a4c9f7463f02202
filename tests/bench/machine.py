"""What a page of numbers says of the machine that they come from."""
import os
import platform


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
               platform.machine())
    memory = int(open("/proc/meminfo").readline().split()[1]) / 1e6
    return f"{os.cpu_count()} × {cpu}, {memory:.0f} GB, Linux {platform.release()}"
