# In the container with Kamal: inside.rb FOLDER DIFFERENCES. Each folder in FOLDER is a project with what
# `deploy` made of it (ours.yml, ours.sh, ours.err). Kamal does the same; every value that is not the same
# is printed, with `unlisted` before it unless DIFFERENCES names it.
require "yaml"
require "shellwords"
require "tempfile"
require "net/ssh"
require "net/ssh/proxy/jump"
require "net/ssh/proxy/command"

HERE = __dir__
KAMAL_PROGRAM = Gem.activate_bin_path("kamal", "kamal", ">= 0.a")
require "kamal"
Zeitwerk::Loader.eager_load_all
Encoding.default_external = Encoding::UTF_8

class Differences
  attr_reader :unlisted, :seen

  def initialize(listed)
    @listed = listed
    @unlisted = 0
    @seen = Hash.new(0)
  end

  def add(project, what, ours, theirs)
    id = @listed.find { |pattern| File.fnmatch(pattern, what) }
    @seen[id || what] += 1
    return if id
    @unlisted += 1
    puts "unlisted: #{project}: #{what}: ours #{ours.inspect}, Kamal's #{theirs.inspect}"
  end
end

class Project
  attr_reader :name, :folder

  def initialize(folder)
    @folder = folder
    @name = File.basename(folder)
    @variables = File.readlines("#{folder}/variables", chomp: true).to_h { |line| line.split("=", 2) }
    @destination = File.exist?("#{folder}/destination") ? File.read("#{folder}/destination").strip : nil
  end

  def ours_refused
    File.read("#{@folder}/ours.err").lines.grep(/^error/).first&.strip unless File.size?("#{@folder}/ours.yml")
  end

  # What we read as Kamal does, and make no release with: why.
  def ours_stop
    path = "#{@folder}/ours.stop"
    File.read(path).lines.grep(/^error/).first.to_s.strip.delete_prefix("error: ") if File.exist?(path)
  end

  # Kamal is loaded once, because that takes longer than most runs; each run is a process of its own.
  def kamal(*words, more: {}, with: nil)
    words += [ "-c", "config/deploy.yml" ] + (@destination ? [ "-d", @destination ] : [])
    streams = %w[out err].map { |name| Tempfile.new(name) }
    child = fork do
      [ $stdout, $stderr ].zip(streams) { |mine, file| mine.reopen(file) }
      $stdin.reopen(File::NULL)
      ENV.replace({ "PATH" => ENV["PATH"], "HOME" => ENV["HOME"], "LANG" => "C.UTF-8" }.merge(@variables).merge(more))
      Dir.chdir(@folder)
      require with if with
      ARGV.replace(words)
      load KAMAL_PROGRAM
    end
    _, status = Process.wait2(child)
    [ *streams.map { |file| File.read(file) }, status ]
  end

  def config
    out, err, status = kamal("config")
    @refused = (err + out).lines.grep(/ERROR|Error/).first&.strip || err.strip[0, 200] unless status.success?
    YAML.unsafe_load(out) if status.success?
  end

  attr_reader :refused

  def ours
    YAML.unsafe_load(File.read("#{@folder}/ours.yml"))
  end

  # What `kamal app boot` runs: argv of each docker.
  def calls
    log = "#{@folder}/calls"
    File.write(log, "")
    out, err, status = kamal("app", "boot", "--version", @variables["VERSION"],
      more: { "PATH" => "#{HERE}/bin:#{ENV["PATH"]}", "KAMAL_CALLS" => log }, with: "#{HERE}/shell_here.rb")
    @failed = (err + out).strip[-500..] || err + out unless status.success?
    File.binread(log).force_encoding("UTF-8").split("\n\0").map { |call| call.split("\0") }
  end

  attr_reader :failed

  # The commands of the dry run that begin with this function.
  def steps(function)
    lines = File.readlines("#{@folder}/ours.sh")
    found = []
    lines.each_with_index do |line, at|
      next unless line =~ /\A(with_pages \S+ |with_values \S+ |gently )*#{function} /
      text = line
      begin
        words = Shellwords.split(text)
      rescue ArgumentError
        at += 1
        text += lines[at]
        retry
      end
      found << words
    end
    found
  end

  def ours_env_names(role)
    text = File.read("#{@folder}/ours.sh")[/^cat >\S*env\/#{Regexp.escape(role)}\.env\.new <<'(\w+)'\n(.*?)^\1$/m, 2].to_s
    text.lines.map { |line| line.strip[/\A[^=]+/] }.compact.sort
  end

  def kamal_env_names(role)
    files = Dir["#{@folder}/.kamal/apps/*/env/roles/#{role}.env"]
    files.flat_map { |file| File.readlines(file).map { |line| line.strip[/\A[^=]+/] } }.compact.sort
  end
end

# `./data` and `~/data` are below the home of the server's user: Docker sees to it for Kamal.
def full_paths(volumes, home)
  volumes.map! { |volume| volume.sub(%r{\A(\./|~/|#{Regexp.escape(Dir.home)}/)}, "#{home}/") }
end

# Options as { "--env" => ["A=1", …] }, up to the image; then the command.
def docker_options(words, image)
  at = words.index(image) || words.size
  [ options_of(words[0...at]), words[(at + 1)..] || [] ]
end

def options_of(words)
  options = Hash.new { |hash, key| hash[key] = [] }
  until words.empty?
    word, *words = words
    name, value = word.split("=", 2)
    if value.nil? && !words.empty? && !words.first.start_with?("--")
      value, *words = words
    end
    options[name] << (value || "true")
  end
  options
end

# Of kamal-proxy v0.9.2.
PROXY_DEFAULTS = {
  "--deploy-timeout" => "30000ms", "--drain-timeout" => "30000ms", "--target-timeout" => "30000ms",
  "--health-check-interval" => "1000ms", "--health-check-timeout" => "5000ms", "--health-check-path" => "/up",
  "--strip-path-prefix" => "true", "--tls-redirect" => "true", "--buffer-requests" => "false",
  "--buffer-responses" => "false", "--max-request-body" => "0", "--max-response-body" => "0", "--tls" => "false"
}.freeze

def proxy_options(words)
  options = options_of(words)
  options.delete("--target")
  options.each_value { |values| values.map! { |value| value.sub(/\A(\d+)s\z/) { "#{$1.to_i * 1000}ms" } } }
  options.reject { |name, values| PROXY_DEFAULTS[name] == values.first }
end

def compare_options(differences, project, prefix, ours, theirs)
  (ours.keys | theirs.keys).each do |name|
    mine, kamals = [ ours, theirs ].map { |options| (options[name] || []).sort }
    next if mine == kamals
    differences.add(project.name, "#{prefix} #{name}", mine - kamals, kamals - mine)
  end
end

# A file may hold the time at which it was read.
def without_times(value)
  case value
  when Time then "a time"
  when Hash then value.transform_values { |below| without_times(below) }
  when Array then value.map { |below| without_times(below) }
  else value
  end
end

def compare_config(differences, project, theirs)
  ours = project.ours
  (ours.keys | theirs.keys).each do |key|
    mine, kamals = [ ours, theirs ].map { |config| without_times(config[key]) }
    if mine.is_a?(Hash) && kamals.is_a?(Hash)
      (mine.keys | kamals.keys).each do |below|
        same = mine[below] == kamals[below] || mine[below].to_yaml == kamals[below].to_yaml
        differences.add(project.name, "config #{key}.#{below}", mine[below], kamals[below]) unless same
      end
    elsif mine != kamals
      differences.add(project.name, "config #{key}", mine, kamals)
    end
  end
end

def compare_release(differences, project, theirs)
  calls = project.calls
  runs = calls.select { |call| call[0] == "run" }
  deploys = calls.select { |call| call[0] == "exec" && call[3] == "deploy" }
  if project.failed
    differences.add(project.name, "kamal app boot", "", project.failed)
    return
  end
  our_runs = project.steps("start_container").to_h do |words|
    at = words.index("start_container")
    [ words[at + 1], words[(at + 2)..] ]
  end
  policies = {}
  project.steps("keep_running").each { |_, _, policy, *names| names.each { |name| policies[name] = policy } }
  image = theirs[:absolute_image]
  our_image = image.sub(/\Alocalhost:\d+\//, "")
  runs.each do |run|
    kamals, command = docker_options(run[1..], image)
    name = kamals["--name"].first
    mine, our_command = docker_options(our_runs.delete(name) || [], our_image)
    # The function adds the name, and sets the policy once the container is healthy.
    mine.merge!("--detach" => [ "true" ], "--name" => [ name ], "--restart" => [ policies[name] ]) if mine.any?
    mine["--label"].reject! { |label| label.start_with?("liteship.") }
    [ mine, kamals ].each { |options| options["--label"].map! { |label| label.delete_suffix("=") } }
    [ mine, kamals ].each { |options| options["--hostname"].map! { |host| host.sub(/-\h{12}\z/, "") } }
    [ mine, kamals ].each { |options| full_paths(options["--volume"], project.folder) }
    differences.add(project.name, "docker run image", our_image, image) unless image == our_image
    differences.add(project.name, "docker run command", our_command, command) unless command == our_command
    compare_options(differences, project, "docker run", mine, kamals)
    role = kamals["--label"].find { |label| label.start_with?("role=") }.delete_prefix("role=")
    names = [ project.ours_env_names(role), project.kamal_env_names(role) ]
    differences.add(project.name, "env file", *names) unless names[0] == names[1]
  end
  our_runs.each_key { |name| differences.add(project.name, "docker run", name, nil) }
  our_deploys = project.steps("hand_over").to_h do |words|
    at = words.index("hand_over")
    pages = words[0] == "with_pages" ? [ "--error-pages=/home/kamal-proxy/.apps-config/#{words[1]}" ] : []
    [ words[at + 2], words[(at + 4)..] + pages ]
  end
  deploys.each do |deploy|
    mine = our_deploys.delete(deploy[4]) || []
    compare_options(differences, project, "kamal-proxy deploy", proxy_options(mine), proxy_options(deploy[5..]))
  end
  our_deploys.each_key { |name| differences.add(project.name, "kamal-proxy deploy", name, nil) }
end

folder, list = ARGV
differences = Differences.new(File.readlines(list, chomp: true))
counts = Hash.new(0)
Dir["#{folder}/*"].sort.each do |path|
  project = Project.new(path)
  theirs = project.config
  refused = [ project.ours_refused, project.refused ]
  case refused.map { |why| why ? "refuses" : "accepts" }
  when %w[accepts accepts]
    compare_config(differences, project, theirs)
    if (why = project.ours_stop)
      counts["stopped at a release"] += 1
      differences.add(project.name, "stopped: #{why}", "no release", "a release")
    else
      counts["both accept"] += 1
      compare_release(differences, project, theirs)
    end
  when %w[refuses refuses]
    counts["both refuse"] += 1
  when %w[refuses accepts]
    counts["only deploy refuses"] += 1
    differences.add(project.name, "refused: #{refused[0].delete_prefix("error: ")}", "refused", "accepted")
  else
    counts["only Kamal refuses"] += 1
    differences.add(project.name, "accepted: #{refused[1].gsub(/\e\[\d+m/, "")}", "accepted", "refused")
  end
end
puts counts.map { |what, count| "#{count} #{what}" }.sort
differences.seen.each { |what, count| puts "#{count} × #{what}" }
exit differences.unlisted.zero? ? 0 : 1
